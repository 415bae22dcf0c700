using System.Globalization;

namespace OlmoSharp.Data.Curation;

/// <summary>What a curation kept and removed, and why. Bytes are those of the texts in UTF-8; what goes in is what comes out and what is removed.</summary>
/// <param name="Sources">The sources in ordinal order of their names.</param>
public sealed record CurationReport(IReadOnlyList<SourceReport> Sources)
{
    /// <summary>All sources together, under the name <c>total</c>.</summary>
    public SourceReport Total { get; } = new()
    {
        Source = "total",
        DocumentsIn = Sources.Sum(source => source.DocumentsIn),
        BytesIn = Sources.Sum(source => source.BytesIn),
        DocumentsOut = Sources.Sum(source => source.DocumentsOut),
        BytesOut = Sources.Sum(source => source.BytesOut),
        Removals = [.. Sources
            .SelectMany(source => source.Removals)
            .GroupBy(removal => removal.Reason, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new Removal
            {
                Reason = group.Key,
                Documents = group.Sum(removal => removal.Documents),
                Paragraphs = group.Sum(removal => removal.Paragraphs),
                Bytes = group.Sum(removal => removal.Bytes),
                Examples = [.. group.SelectMany(removal => removal.Examples)],
            })],
    };

    /// <summary>A table of the sources, a heading row first and the total last: documents and megabytes (10^6 bytes) in and out.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SourceRows() =>
    [
        ["source", "documents in", "documents out", "MB in", "MB out", "kept"],
        .. Sources.Append(Total).Select(source => (IReadOnlyList<string>)
        [
            source.Source,
            Count(source.DocumentsIn),
            Count(source.DocumentsOut),
            Megabytes(source.BytesIn),
            Megabytes(source.BytesOut),
            source.BytesIn == 0 ? "" : ((double)source.BytesOut / source.BytesIn).ToString("P0", CultureInfo.InvariantCulture),
        ]),
    ];

    /// <summary>A table of the reasons over all sources, a heading row first: documents, paragraphs and megabytes (10^6 bytes) removed, with one example.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ReasonRows() =>
    [
        ["reason", "documents", "paragraphs", "MB", "example"],
        .. Total.Removals.Select(removal => (IReadOnlyList<string>)
        [
            removal.Reason,
            Count(removal.Documents),
            Count(removal.Paragraphs),
            Megabytes(removal.Bytes),
            removal.Examples is [var example, ..] ? $"{example.DocumentId}: {example.Excerpt}" : "",
        ]),
    ];

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F2", CultureInfo.InvariantCulture);
}
