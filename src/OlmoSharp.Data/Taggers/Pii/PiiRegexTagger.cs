using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>
/// Dolma's <c>pii_regex</c> taggers: personal data in the whole text; telephone numbers and addresses only where "isbn", "doi" and "#" are not near, and telephone numbers only where they are not
/// part of a URL. The document's score is the count for each word, −1 where there are no words.
/// </summary>
/// <param name="withCount">Whether the count is said too.</param>
internal sealed class PiiRegexTagger(bool withCount) : ITagger
{
    private const int Document = 3;
    private const int DocumentCount = 4;
    private const int Window = 100;

    private readonly List<PiiMatch> _found = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = withCount
        ? ["EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "doc", "doc_count"]
        : ["EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS", "doc"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var text = document.Text;
        _found.Clear();
        EmailScanner.Find(text, 0, _found);
        NumberScanner.FindPhones(text, 0, _found);
        NumberScanner.FindAddresses(text, 0, _found);
        var count = 0;
        foreach (ref readonly var match in CollectionsMarshal.AsSpan(_found))
        {
            if (match.Kind == PiiKind.Email || !IsFalse(text, match))
            {
                spans.Add((int)match.Kind, match.Start, match.End, 1);
                count++;
            }
        }

        var words = document.Scan.Words.Length;
        spans.AddDocument(Document, words == 0 ? -1 : (double)count / words);
        if (withCount)
        {
            spans.AddDocument(DocumentCount, count);
        }
    }

    private static bool IsFalse(ReadOnlySpan<byte> text, PiiMatch match)
    {
        var (start, end) = (match.Start, match.End);
        for (var i = 0; i < Window && start > 0; i++)
        {
            do
            {
                start--;
            }
            while ((text[start] & 0xC0) == 0x80);
        }

        for (var i = 0; i < Window && end < text.Length; i++)
        {
            do
            {
                end++;
            }
            while (end < text.Length && (text[end] & 0xC0) == 0x80);
        }

        var context = text[start..end];
        if (context.Contains((byte)'#') || context.IndexOf("isbn"u8) >= 0 || context.IndexOf("doi"u8) >= 0)
        {
            return true;
        }

        var digits = match.Start + text[match.Start..match.End].IndexOfAnyInRange((byte)'0', (byte)'9');
        return match.Kind == PiiKind.Phone && UrlContext.IsIn(text, digits, match.End);
    }
}
