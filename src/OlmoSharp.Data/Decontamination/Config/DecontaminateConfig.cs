using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Decontamination.Config;

/// <summary>The config of <c>olmo data decontaminate</c>.</summary>
public sealed record DecontaminateConfig : IValidatableObject
{
    /// <summary>Document files: paths, folders or patterns.</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>The evaluation sets to look for.</summary>
    [MinLength(1)]
    public required IReadOnlyList<EvaluationConfig> Evaluations { get; init; }

    /// <summary>A folder for <c>hits.jsonl</c>, <c>unchecked.jsonl</c>, <c>summary.json</c> and <c>report.html</c>.</summary>
    [MinLength(1)]
    public required string Report { get; init; }

    /// <summary>What counts as contamination.</summary>
    public ContaminationRules Rules { get; init; } = new();

    /// <summary>The name of the attribute set.</summary>
    [MinLength(1)]
    public string Experiment { get; init; } = "decontamination";

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Checks shards again that are finished.</summary>
    public bool IgnoreExisting { get; init; }

    /// <summary>Works on one shard at a time, whatever <see cref="Processes"/> says.</summary>
    public bool Debug { get; init; }

    /// <summary>Only reads the evaluation sets and says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Report.Contains("://", StringComparison.Ordinal))
        {
            yield return new($"{Report} is not on this machine; write to a folder here and copy it afterwards", [nameof(Report)]);
        }

        var attributes = new HashSet<string>(StringComparer.Ordinal) { ContaminationAttributes.NameOf(Experiment, ContaminationAttributes.Score), ContaminationAttributes.NameOf(Experiment, ContaminationAttributes.Span) };
        if (Evaluations.FirstOrDefault(evaluation => !attributes.Add(ContaminationAttributes.NameOf(Experiment, evaluation.Name))) is { } taken)
        {
            yield return new(
                $"the name {taken.Name} leads to the attribute {ContaminationAttributes.NameOf(Experiment, taken.Name)}, which is there already; choose another", [nameof(Evaluations)]);
        }
    }
}
