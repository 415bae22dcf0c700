using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Statistics;

/// <summary>The config of <c>olmo data stat</c>: the keys of the Dolma toolkit's <c>stat</c>, and <c>documents</c>.</summary>
public sealed record StatConfig : IValidatableObject
{
    /// <summary>Attribute files: paths, folders or patterns.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Document files whose bytes, characters and words are measured.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>A folder for <c>stat.json</c> and <c>stat.html</c>; none: only the table is shown.</summary>
    [MinLength(1)]
    public string? Report { get; init; }

    /// <summary>The most different values of a measure that are counted one by one; more are counted in groups of values that differ by less than 1/128.</summary>
    [Range(1, 1_000_000)]
    public int Bins { get; init; } = 1000;

    /// <summary>Only measures in whose names this regular expression is found.</summary>
    public string? Regex { get; init; }

    /// <summary>Whether only counts, sums and means are asked for.</summary>
    public bool Total { get; init; }

    /// <summary>Nothing is drawn at random here, so that it has no effect; accepted because Dolma's configs have it.</summary>
    public long Seed { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Works on one shard at a time, whatever <see cref="Processes"/> says.</summary>
    public bool Debug { get; init; }

    /// <summary>Where the shards' own summaries are kept.</summary>
    public StatWorkFolders WorkDir { get; init; } = new();

    /// <summary>Only says what would be read.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Attributes.Count == 0 && Documents.Count == 0)
        {
            yield return new ValidationResult("there is nothing to measure: give attributes, documents or both", [nameof(Attributes)]);
        }

        if (Report?.Contains("://", StringComparison.Ordinal) is true)
        {
            yield return new ValidationResult($"{Report} is not on this machine; write to a folder here and copy it afterwards", [nameof(Report)]);
        }

        if (Regex is not null && Problem(Regex) is { } problem)
        {
            yield return new ValidationResult($"is no regular expression: {problem}", [nameof(Regex)]);
        }
    }

    private static string? Problem(string expression)
    {
        try
        {
            _ = new System.Text.RegularExpressions.Regex(expression);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message.TrimEnd('.');
        }
    }
}
