using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Tests.Deduplication;

/// <summary>The plainest way to find duplicates: strings in a set, in order.</summary>
internal static class NaiveDedupe
{
    public static Dictionary<string, List<AttributeSpan>> Documents(IEnumerable<Document> documents, Func<Document, string> key, Func<string, bool>? isKnown = null)
    {
        isKnown ??= new HashSet<string>().AddedBefore;
        return documents.ToDictionary(document => document.Id, document => isKnown(key(document)) ? [new AttributeSpan(0, Length(document.Text), 1)] : new List<AttributeSpan>());
    }

    public static Dictionary<string, List<AttributeSpan>> Paragraphs(IEnumerable<Document> documents, Func<string, bool> isCompared, Func<string, bool>? isKnown = null)
    {
        isKnown ??= new HashSet<string>().AddedBefore;
        return documents.ToDictionary(document => document.Id, document =>
            Split(document.Text).Where(paragraph => isCompared(paragraph.Text) && isKnown(paragraph.Text)).Select(paragraph => new AttributeSpan(paragraph.Start, paragraph.End, 1)).ToList());
    }

    public static Dictionary<string, List<AttributeSpan>> NGrams(IEnumerable<Document> documents, int length, int stride, double threshold, bool skipsShort)
    {
        var known = new HashSet<string>();
        return documents.ToDictionary(document => document.Id, document =>
        {
            List<AttributeSpan> spans = [];
            foreach (var (text, start, end) in Split(document.Text))
            {
                var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var ngrams = Enumerable.Range(0, Math.Max(0, words.Length - length + 1)).Where(i => i % stride == 0).Select(i => string.Join('|', words[i..(i + length)])).ToList();
                if (ngrams.Count < 2 && skipsShort)
                {
                    continue;
                }

                List<string> keys = [.. ngrams.Distinct()];
                var score = ngrams.Count < 2 ? known.Contains("whole " + text) ? 1 : 0 : keys.Count(known.Contains) / (double)keys.Count;
                known.UnionWith(keys);
                if (ngrams.Count < 2)
                {
                    known.Add("whole " + text);
                }

                if (score >= threshold)
                {
                    spans.Add(new AttributeSpan(start, end, Math.Round(score, 5)));
                }
            }

            return spans;
        });
    }

    public static IEnumerable<(string Text, int Start, int End)> Split(string text)
    {
        var start = 0;
        foreach (var line in text.Split('\n'))
        {
            var end = Math.Min(start + Length(line) + 1, Length(text));
            if (end > start)
            {
                yield return (line, start, end);
            }

            start = end;
        }
    }

    public static bool AddedBefore(this HashSet<string> keys, string key) => !keys.Add(key);

    private static int Length(string text) => text.EnumerateRunes().Count();
}
