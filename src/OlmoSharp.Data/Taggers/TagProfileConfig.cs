using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Taggers;

/// <summary>The key <c>profile</c> of Dolma's <c>tag</c>: the time of each tagger instead of each Python function.</summary>
public sealed record TagProfileConfig : IValidatableObject
{
    private static readonly string[] ByTime = ["tottime", "time", "cumtime", "cumulative"];

    /// <summary>Whether the time of each tagger is measured. Works on one shard at a time, as Dolma does then.</summary>
    public bool Enable { get; init; }

    /// <summary>A file for the table of times; none: it is printed.</summary>
    public string? Output { get; init; }

    /// <summary>Dolma stops each file after so many documents, which leaves attribute files that are too short: refused.</summary>
    public int? Steps { get; init; }

    /// <summary>The order of the table: by time, under any of the names Python has for it.</summary>
    public string SortKey { get; init; } = "tottime";

    /// <summary>The longest table.</summary>
    [Range(1, int.MaxValue)]
    public int Lines { get; init; } = 100;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Steps is not null)
        {
            yield return new ValidationResult("would leave attribute files shorter than their documents; leave it out, and profile a small file", [nameof(Steps)]);
        }

        if (!ByTime.Contains(SortKey))
        {
            yield return new ValidationResult($"'{SortKey}' orders Python functions; taggers are ordered by time: {string.Join(", ", ByTime)}", [nameof(SortKey)]);
        }
    }
}
