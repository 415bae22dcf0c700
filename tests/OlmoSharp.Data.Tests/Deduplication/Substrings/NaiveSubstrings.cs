using System.Text.RegularExpressions;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Tests.Deduplication.Substrings;

/// <summary>The plainest way to find parts of texts that occur earlier: all of them as strings in a dictionary.</summary>
internal static partial class NaiveSubstrings
{
    public static Dictionary<string, List<AttributeSpan>> Spans(IReadOnlyList<Document> documents, int minWords)
    {
        var firsts = new Dictionary<string, (int Document, int Word)>();
        var spans = new Dictionary<string, List<AttributeSpan>>();
        foreach (var (number, document) in documents.Index())
        {
            var words = Word().Matches(document.Text);
            var isDuplicate = new bool[words.Count];
            for (var first = 0; first + minWords <= words.Count; first++)
            {
                var last = words[first + minWords - 1];
                var part = document.Text[words[first].Index..(last.Index + last.Length)];
                if (!firsts.TryAdd(part, (number, first)) && firsts[part] is var before && (before.Document != number || before.Word + minWords <= first))
                {
                    isDuplicate.AsSpan(first, minWords).Fill(true);
                }
            }

            List<AttributeSpan> found = [];
            for (var word = 0; word < words.Count; word++)
            {
                var start = word;
                while (word < words.Count && isDuplicate[word])
                {
                    word++;
                }

                if (word > start)
                {
                    found.Add(new AttributeSpan(CodePoints(document.Text, words[start].Index), CodePoints(document.Text, words[word - 1].Index + words[word - 1].Length), 1));
                }
            }

            spans.Add(document.Id, found);
        }

        return spans;
    }

    private static int CodePoints(string text, int index) => text[..index].EnumerateRunes().Count();

    // Ideographs one by one, anything else in runs.
    [GeneratedRegex(@"[\u4E00-\u9FFF]|[\p{L}\p{M}\p{Nd}-[\u4E00-\u9FFF]]+")]
    private static partial Regex Word();
}
