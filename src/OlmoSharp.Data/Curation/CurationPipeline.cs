using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Curation;

/// <summary>
/// Removes junk and duplicates from documents of any sources. In order: junk rules; documents equal to an earlier one; paragraphs equal or nearly equal to earlier
/// ones; junk rules again on what that leaves; documents nearly equal to a longer one. The result depends on the documents and their order alone.
/// Run it before splitting off held-out documents, so that none of them is a copy of one trained on.
/// </summary>
/// <param name="options">What to remove.</param>
public sealed class CurationPipeline(CurationOptions options)
{
    /// <summary>The reason reported for documents equal to an earlier one.</summary>
    public const string ExactDuplicateReason = "exact-duplicate-document";

    /// <summary>The reason reported for documents nearly equal to one that is kept.</summary>
    public const string NearDuplicateReason = "near-duplicate-document";

    /// <summary>Curates documents; the kept ones are held in memory.</summary>
    /// <param name="documents">The documents; the earlier one of equals is kept.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DataException">Two documents of a source have the same id.</exception>
    public CurationResult Run(IEnumerable<Document> documents, CancellationToken cancellationToken = default)
    {
        var report = new CurationReportBuilder(options.ExamplesPerReason);
        var candidates = RemoveJunkAndExactDuplicates(documents, report, cancellationToken);
        var kept = RemoveNearDuplicates(candidates, report, cancellationToken);
        kept.ForEach(report.AddOutput);
        return new CurationResult(kept, report.Build());
    }

    private List<Document> RemoveJunkAndExactDuplicates(
        IEnumerable<Document> documents, CurationReportBuilder report, CancellationToken cancellationToken)
    {
        var ids = new HashSet<(string Source, string Id)>();
        var texts = new HashSet<UInt128>();
        var paragraphs = new ParagraphDeduplicator(options.MaxTemplateCopies);
        var kept = new List<Document>();
        foreach (var (document, junk, hash, split) in OrderedParallel.Select(documents, Analyze, cancellationToken))
        {
            if (!ids.Add((document.Source, document.Id)))
            {
                throw new DataException($"source {document.Source}: two documents have the id \"{document.Id}\". Give each document of a source its own id.");
            }

            report.AddInput(document);
            if (junk is not null || !texts.Add(hash))
            {
                report.RemoveDocument(document, junk ?? ExactDuplicateReason);
                continue;
            }

            var (text, removed) = paragraphs.Reduce(document.Text, split);
            if (removed.Count == 0)
            {
                kept.Add(document);
                continue;
            }

            report.RemoveParagraphs(document, text, removed);
            var reduced = document with { Text = text };
            if ((text.Length == 0 ? ParagraphDeduplicator.NothingLeftReason : FindJunk(text)) is { } reason)
            {
                report.RemoveDocument(reduced, reason);
            }
            else
            {
                kept.Add(reduced);
            }
        }

        return kept;
    }

    private (Document Document, string? Junk, UInt128 Hash, Paragraph[] Paragraphs) Analyze(Document document) => FindJunk(document.Text) is { } junk
        ? (document, junk, default, [])
        : (document, null, TextFingerprint.Exact(document.Text), Paragraph.Of(document.Text, options.MinParagraphCharacters));

    private string? FindJunk(string text)
    {
        var statistics = TextStatistics.Of(text);
        return options.JunkRules.FirstOrDefault(rule => rule.IsJunk(statistics))?.Name;
    }

    private List<Document> RemoveNearDuplicates(List<Document> documents, CurationReportBuilder report, CancellationToken cancellationToken)
    {
        var hasher = new MinHasher(options.NearDuplicates);
        var signatures = OrderedParallel.Select(documents, document => hasher.Sign(document.Text), cancellationToken).ToList();
        var clusters = new NearDuplicateClusters(signatures, options.NearDuplicates);

        // MaxBy takes the first of equally long documents.
        var representatives = Enumerable.Range(0, documents.Count)
            .GroupBy(clusters.Find)
            .Select(cluster => cluster.MaxBy(index => documents[index].Text.Length))
            .ToHashSet();
        var kept = new List<Document>(representatives.Count);
        foreach (var (index, document) in documents.Index())
        {
            if (representatives.Contains(index))
            {
                kept.Add(document);
            }
            else
            {
                report.RemoveDocument(document, NearDuplicateReason);
            }
        }

        return kept;
    }
}
