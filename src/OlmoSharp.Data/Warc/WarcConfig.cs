using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Warc;

/// <summary>The config of <c>olmo data warc</c>: the keys of the Dolma toolkit's <c>warc</c>, <c>min_chars</c> and <c>max_record_bytes</c>.</summary>
public sealed record WarcConfig : IValidatableObject
{
    private static readonly string[] Compressions = ["zst", "gz"];

    /// <summary>WARC files: paths, folders or patterns.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>The folders for the document files: one, or one for each of <see cref="Documents"/>.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Destination { get; init; }

    /// <summary>The documents' source.</summary>
    [MinLength(1)]
    public required string SourceName { get; init; }

    /// <summary>The documents' version.</summary>
    public string SourceVersion { get; init; } = "v0";

    /// <summary>Which library Dolma would extract text with. Here it is SmartReader, whatever is named, as the command says.</summary>
    public string? Linearizer { get; init; }

    /// <summary>Taggers before the extraction: refused.</summary>
    public WarcTaggersConfig Pre { get; init; } = new();

    /// <summary>Taggers after the extraction: refused.</summary>
    public WarcTaggersConfig Post { get; init; } = new();

    /// <summary>Whether a document's metadata gets the page, as text, in <c>html</c>.</summary>
    public bool StoreHtmlInMetadata { get; init; }

    /// <summary>Whether a page whose address came before in the same file is left out.</summary>
    public bool SkipDuplicateUrls { get; init; }

    /// <summary>The compression of the document files: <c>zst</c> or <c>gz</c>.</summary>
    public string Compression { get; init; } = "zst";

    /// <summary>Texts with fewer characters (code points) are left out.</summary>
    [Range(0, int.MaxValue)]
    public int MinChars { get; init; } = 1;

    /// <summary>The most bytes that a page may have, before and after decompression; bounds the memory of each of <see cref="Processes"/>.</summary>
    [Range(1024, 1 << 30)]
    public int MaxRecordBytes { get; init; } = 1 << 26;

    /// <summary>How many files are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Makes document files again that are there.</summary>
    public bool IgnoreExisting { get; init; }

    /// <summary>Works on one file at a time, whatever <see cref="Processes"/> says.</summary>
    public bool Debug { get; init; }

    /// <summary>Folders for work in between, which this job does not need.</summary>
    public Statistics.StatWorkFolders WorkDir { get; init; } = new();

    /// <summary>Only says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (taggers, key) in new[] { (Pre, nameof(Pre)), (Post, nameof(Post)) })
        {
            if (taggers.Taggers.Count > 0 || taggers.Skip)
            {
                yield return new ValidationResult("taggers run after this command: leave them out, run olmo data tag on the documents, and drop documents with the filters of olmo data mix", [key]);
            }
        }

        if (Destination.Count != 1 && Destination.Count != Documents.Count)
        {
            yield return new ValidationResult($"needs one folder, or one for each of documents: there are {Documents.Count}, not {Destination.Count}", [nameof(Destination)]);
        }

        if (Destination.FirstOrDefault(path => path.Contains("://", StringComparison.Ordinal)) is { } remote)
        {
            yield return new ValidationResult($"{remote} is not on this machine; write to a folder here and copy it afterwards", [nameof(Destination)]);
        }

        if (!Compressions.Contains(Compression))
        {
            yield return new ValidationResult($"'{Compression}' is not known: {string.Join(" or ", Compressions)}", [nameof(Compression)]);
        }
    }
}
