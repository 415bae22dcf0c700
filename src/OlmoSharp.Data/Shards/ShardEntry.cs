using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Shards;

/// <summary>One shard as its side-car describes it.</summary>
public sealed record ShardEntry
{
    /// <summary>Name of the token file, beside the side-car, such as <c>part-00000.npy</c>.</summary>
    public required string File { get; init; }

    /// <summary>Number of tokens, the end-of-text ids included.</summary>
    public required long TokenCount { get; init; }

    /// <summary>Number of documents.</summary>
    public required long DocumentCount { get; init; }

    /// <summary>Bytes of UTF-8 of the documents' text: what bits per byte divide by.</summary>
    public required long Utf8ByteCount { get; init; }

    /// <summary>XXH128 of the token file, in the hexadecimal form that <c>xxh128sum</c> prints.</summary>
    [JsonPropertyName("tokens_xxh128")]
    public required string TokensXxHash128 { get; init; }

    /// <summary>XXH128 of the compressed document offsets (<c>.csv.gz</c>).</summary>
    [JsonPropertyName("documents_xxh128")]
    public required string DocumentsXxHash128 { get; init; }
}
