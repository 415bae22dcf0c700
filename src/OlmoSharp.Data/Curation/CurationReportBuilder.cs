using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Curation;

/// <summary>Counts for a <see cref="CurationReport"/>.</summary>
internal sealed class CurationReportBuilder(int examplesPerReason)
{
    private const int ExcerptLength = 160;
    private readonly SortedDictionary<string, SourceCounts> _sources = new(StringComparer.Ordinal);

    /// <summary>Counts a document that goes in.</summary>
    public void AddInput(Document document)
    {
        var source = Of(document);
        source.DocumentsIn++;
        source.BytesIn += Encoding.UTF8.GetByteCount(document.Text);
    }

    /// <summary>Counts a document that is kept.</summary>
    public void AddOutput(Document document)
    {
        var source = Of(document);
        source.DocumentsOut++;
        source.BytesOut += Encoding.UTF8.GetByteCount(document.Text);
    }

    /// <summary>Counts a document removed whole.</summary>
    public void RemoveDocument(Document document, string reason)
    {
        var removal = Of(document).Removal(reason);
        removal.Documents++;
        removal.Bytes += Encoding.UTF8.GetByteCount(document.Text);
        AddExample(removal, document, document.Text);
    }

    /// <summary>Counts the paragraphs removed from a document.</summary>
    /// <param name="document">The document before.</param>
    /// <param name="reduced">Its text after.</param>
    /// <param name="paragraphs">What was removed, at least one.</param>
    public void RemoveParagraphs(Document document, string reduced, IReadOnlyList<RemovedParagraph> paragraphs)
    {
        // Blank lines trimmed at the new end count with the last paragraph removed.
        long unassigned = Encoding.UTF8.GetByteCount(document.Text) - Encoding.UTF8.GetByteCount(reduced);
        foreach (var paragraph in paragraphs)
        {
            var removal = Of(document).Removal(paragraph.Reason);
            var bytes = Encoding.UTF8.GetByteCount(paragraph.Text);
            removal.Paragraphs++;
            removal.Bytes += bytes;
            unassigned -= bytes;
            AddExample(removal, document, paragraph.Text);
        }

        Of(document).Removal(paragraphs[^1].Reason).Bytes += unassigned;
    }

    /// <summary>The report.</summary>
    public CurationReport Build() => new([.. _sources.Select(source => new SourceReport
    {
        Source = source.Key,
        DocumentsIn = source.Value.DocumentsIn,
        BytesIn = source.Value.BytesIn,
        DocumentsOut = source.Value.DocumentsOut,
        BytesOut = source.Value.BytesOut,
        Removals = [.. source.Value.Removals.Select(removal => new Removal
        {
            Reason = removal.Key,
            Documents = removal.Value.Documents,
            Paragraphs = removal.Value.Paragraphs,
            Bytes = removal.Value.Bytes,
            Examples = removal.Value.Examples,
        })],
    })]);

    private SourceCounts Of(Document document)
    {
        if (!_sources.TryGetValue(document.Source, out var source))
        {
            _sources[document.Source] = source = new SourceCounts();
        }

        return source;
    }

    private void AddExample(RemovalCounts removal, Document document, string text)
    {
        if (removal.Examples.Count < examplesPerReason)
        {
            var line = text.Trim().ReplaceLineEndings(" ");
            removal.Examples.Add(new RemovalExample(document.Id, line.Length > ExcerptLength ? $"{line[..ExcerptLength]}…" : line));
        }
    }

    private sealed class SourceCounts
    {
        public long DocumentsIn { get; set; }

        public long BytesIn { get; set; }

        public long DocumentsOut { get; set; }

        public long BytesOut { get; set; }

        public SortedDictionary<string, RemovalCounts> Removals { get; } = new(StringComparer.Ordinal);

        public RemovalCounts Removal(string reason)
        {
            if (!Removals.TryGetValue(reason, out var removal))
            {
                Removals[reason] = removal = new RemovalCounts();
            }

            return removal;
        }
    }

    private sealed class RemovalCounts
    {
        public long Documents { get; set; }

        public long Paragraphs { get; set; }

        public long Bytes { get; set; }

        public List<RemovalExample> Examples { get; } = [];
    }
}
