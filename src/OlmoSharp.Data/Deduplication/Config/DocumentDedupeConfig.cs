using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>dedupe.documents</c>.</summary>
public sealed record DocumentDedupeConfig
{
    /// <summary>The name of the attribute: one span over the whole text of a duplicate.</summary>
    [MinLength(1)]
    public required string AttributeName { get; init; }

    /// <summary>What is compared: the JSONPath of a string, such as <c>$.metadata.url</c> or <c>$.text</c>.</summary>
    public required string Key { get; init; }
}
