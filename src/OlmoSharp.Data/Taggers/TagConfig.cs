using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Taggers;

/// <summary>The config of <c>olmo data tag</c>: the keys of the Dolma toolkit, and <c>tagger_assemblies</c>.</summary>
public sealed record TagConfig : IValidatableObject
{
    /// <summary>Document files: paths, folders or patterns.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>
    /// Where the attributes go, a folder for each of <see cref="Documents"/>: what stands before the first wildcard there is replaced by it.
    /// None: beside the documents, in <c>attributes/EXPERIMENT</c> or <c>attributes/TAGGER</c>.
    /// </summary>
    [OneOrMany]
    public IReadOnlyList<string>? Destination { get; init; }

    /// <summary>The taggers: names, or mappings with <c>name</c> and the tagger's parameters (see <see cref="TaggerCatalog.Configure(ConfigSection)"/>).</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<ConfigSection> Taggers { get; init; }

    /// <summary>Python modules with more taggers: refused, see <see cref="TaggerAssemblies"/>.</summary>
    [OneOrMany]
    public IReadOnlyList<string> TaggerModules { get; init; } = [];

    /// <summary>Assemblies with more taggers: public <see cref="ITagger"/> types with a <see cref="TaggerAttribute"/>.</summary>
    [OneOrMany]
    public IReadOnlyList<string> TaggerAssemblies { get; init; } = [];

    /// <summary>The name of the attribute set; none: each tagger's own.</summary>
    [MinLength(1)]
    public string? Experiment { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Makes attributes again that are there.</summary>
    public bool IgnoreExisting { get; init; }

    /// <summary>Works on one shard at a time, whatever <see cref="Processes"/> says.</summary>
    public bool Debug { get; init; }

    /// <summary>Whether and how the time of each tagger is measured.</summary>
    public TagProfileConfig Profile { get; init; } = new();

    /// <summary>Folders for work in between. Attributes are made in one step and a finished shard is known by the manifest beside it, so nothing goes there.</summary>
    public TagWorkDirectoryConfig WorkDir { get; init; } = new();

    /// <summary>Only says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TaggerModules.Count > 0)
        {
            yield return new ValidationResult(
                $"{TaggerModules[0]} is a Python module, which cannot be loaded here. Write the tagger as a .NET class that implements ITagger and has a [Tagger] attribute, and name its assembly under tagger_assemblies",
                [nameof(TaggerModules)]);
        }

        if (Destination is not null && Destination.Count != Documents.Count)
        {
            yield return new ValidationResult(
                $"needs a folder for each of documents: there are {Documents.Count}, not {Destination.Count}; or leave it out", [nameof(Destination)]);
        }

        if (Destination?.FirstOrDefault(path => path.Contains("://", StringComparison.Ordinal)) is { } remote)
        {
            yield return new ValidationResult($"{remote} is not on this machine; write to a folder here and copy it afterwards", [nameof(Destination)]);
        }
    }
}
