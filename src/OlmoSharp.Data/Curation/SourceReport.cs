namespace OlmoSharp.Data.Curation;

/// <summary>What became of one source's documents. Bytes are those of the texts in UTF-8.</summary>
public sealed record SourceReport
{
    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    /// <summary>Documents before.</summary>
    public required long DocumentsIn { get; init; }

    /// <summary>Bytes before.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Documents kept.</summary>
    public required long DocumentsOut { get; init; }

    /// <summary>Bytes kept.</summary>
    public required long BytesOut { get; init; }

    /// <summary>What was removed, by reason in ordinal order.</summary>
    public required IReadOnlyList<Removal> Removals { get; init; }
}

/// <summary>What was removed for one reason.</summary>
public sealed record Removal
{
    /// <summary>The reason: a junk rule's name or a kind of duplicate.</summary>
    public required string Reason { get; init; }

    /// <summary>Documents removed whole.</summary>
    public required long Documents { get; init; }

    /// <summary>Paragraphs removed from documents.</summary>
    public required long Paragraphs { get; init; }

    /// <summary>Bytes removed, in UTF-8.</summary>
    public required long Bytes { get; init; }

    /// <summary>The first few removals.</summary>
    public required IReadOnlyList<RemovalExample> Examples { get; init; }
}

/// <summary>One removal.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Excerpt">How the removed text begins, on one line.</param>
public sealed record RemovalExample(string DocumentId, string Excerpt);
