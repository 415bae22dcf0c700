namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>compression</c>.</summary>
public sealed record DedupeCompression
{
    /// <summary>Compression of the documents.</summary>
    public string? Input { get; init; }

    /// <summary>Compression of the attributes.</summary>
    public string? Output { get; init; }
}
