using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>
/// Dolma's <c>pii_regex_with_counts_fast</c>: personal data of each paragraph; IPv4 addresses only where they are not part of a URL. <c>doc_count</c> is how many there are, and
/// <c>doc_frac</c> the part of the text that they cover, −1 of an empty text. Dolma's counts the whole text into that part, so that it is at least 1, and gives up on a text of more than 10,000
/// question marks, which its expressions take too long for.
/// </summary>
internal sealed class PiiCountTagger : ITagger
{
    private const int DocumentCount = 3;
    private const int DocumentFraction = 4;

    private readonly List<PiiMatch> _found = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "doc_count", "doc_frac"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var text = document.Text;
        var (scan, codePoints) = (document.Scan, document.CodePoints);
        _found.Clear();
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var line = scan.Paragraph(i);
            var paragraph = text[line.Start..line.End];
            EmailScanner.Find(paragraph, line.Start, _found);
            NumberScanner.FindPhones(paragraph, line.Start, _found);
            NumberScanner.FindAddresses(paragraph, line.Start, _found);
        }

        var (count, covered) = (0, 0L);
        foreach (ref readonly var match in CollectionsMarshal.AsSpan(_found))
        {
            if (match.Kind == PiiKind.IpAddress && UrlContext.IsIn(text, match.Start, match.End))
            {
                continue;
            }

            var (start, end) = (codePoints.Before(match.Start), codePoints.Before(match.End));
            spans.AddCodePoints((int)match.Kind, start, end, 1);
            count++;
            covered += end - start;
        }

        spans.AddDocument(DocumentCount, count);
        spans.AddDocument(DocumentFraction, codePoints.Count == 0 ? -1 : (double)covered / codePoints.Count);
    }
}
