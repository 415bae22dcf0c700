using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Taggers;

/// <summary>The config of <c>olmo data tag</c>: the keys of the Dolma toolkit.</summary>
public sealed record TagConfig
{
    /// <summary>Document files: paths, folders or patterns.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>Where the attributes go, a folder for each of <see cref="Documents"/>; none: beside the documents, in <c>attributes/EXPERIMENT</c>.</summary>
    [OneOrMany]
    public IReadOnlyList<string>? Destination { get; init; }

    /// <summary>The taggers: names, or mappings with <c>name</c> and the tagger's parameters (see <see cref="TaggerCatalog.Configure(ConfigSection)"/>).</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<ConfigSection> Taggers { get; init; }

    /// <summary>The name of the attribute set; none: each tagger's own.</summary>
    public string? Experiment { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Makes attributes again that are there.</summary>
    public bool IgnoreExisting { get; init; }

    /// <summary>Only says what would be done.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }
}
