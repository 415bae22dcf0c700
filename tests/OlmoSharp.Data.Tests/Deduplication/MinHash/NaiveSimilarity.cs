using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Tests.Deduplication.MinHash;

/// <summary>The definition of Jaccard similarity over word n-grams, on strings.</summary>
internal static partial class NaiveSimilarity
{
    public static double Jaccard(HashSet<string> first, HashSet<string> second)
    {
        var shared = first.Count(second.Contains);
        return first.Count + second.Count == 0 ? 0 : (double)shared / (first.Count + second.Count - shared);
    }

    public static HashSet<string> Ngrams(string text, int words)
    {
        var list = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).ToList();
        var size = Math.Min(words, list.Count);
        return size == 0 ? [] : [.. Enumerable.Range(0, list.Count - size + 1).Select(start => string.Join(' ', list.Skip(start).Take(size)))];
    }

    // Kana and ideographs one by one, anything else in runs.
    [GeneratedRegex(@"[\u3040-\u30FF\u4E00-\u9FFF]|[\p{L}\p{Nd}-[\u3040-\u30FF\u4E00-\u9FFF]]+")]
    private static partial Regex Word();
}
