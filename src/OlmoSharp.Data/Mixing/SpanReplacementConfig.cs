using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>Replaces the parts of a text that an attribute names, where their score s is min_score ≤ s &lt; max_score.</summary>
public sealed record SpanReplacementConfig : IValidatableObject
{
    /// <summary>A query for the spans, such as <c>$.attributes.pii__emails</c>.</summary>
    [MinLength(1)]
    public required string Span { get; init; }

    /// <summary>The lowest score; none: no limit.</summary>
    public double? MinScore { get; init; }

    /// <summary>The score that is too high; none: no limit.</summary>
    public double? MaxScore { get; init; }

    /// <summary>What comes instead; <c>{}</c> in it is what was there. Behind <c>$</c> it is a jq program that makes it of the document; <c>\$</c> begins a text with a dollar sign.</summary>
    public string Replacement { get; init; } = "";

    /// <summary>The language of <see cref="Span"/>.</summary>
    public FilterSyntax Syntax { get; init; } = FilterSyntax.Jsonpath;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinScore is null && MaxScore is null)
        {
            yield return new ValidationResult("needs min_score or max_score");
        }
    }
}
