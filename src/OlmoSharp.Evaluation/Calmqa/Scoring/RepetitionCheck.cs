using Microsoft.ML.Tokenizers;

namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>
/// The first check behind CaLMScore: an answer repeats itself when any 20 tokens in a row occur at least 4 times in it, overlapping windows counted. Tokens are those of tiktoken's
/// <c>o200k_base</c>.
/// </summary>
public static class RepetitionCheck
{
    /// <summary>How many tokens in a row are looked at.</summary>
    public const int Length = 20;

    /// <summary>How often they must occur.</summary>
    public const int Times = 4;

    /// <summary>The tokenizer's name.</summary>
    public const string Encoding = "o200k_base";

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding(Encoding));

    /// <summary>Checks a text.</summary>
    /// <param name="text">The text.</param>
    public static Repetition Check(string text)
    {
        var ids = Tokenizer.Value.EncodeToIds(text);
        return new(ids.Count, MostOccurrences([.. ids], Length));
    }

    /// <summary>How often the most frequent run of a length occurs; 0 where there is none so long.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="length">How many in a row, at least 1.</param>
    internal static int MostOccurrences(int[] ids, int length)
    {
        // Keyed by where a run begins: equal runs count as one key, so that nothing depends on hashes being different.
        var counts = new Dictionary<int, int>(new Runs(ids, length));
        var most = 0;
        for (var start = 0; start + length <= ids.Length; start++)
        {
            most = Math.Max(most, counts[start] = counts.GetValueOrDefault(start) + 1);
        }

        return most;
    }

    private sealed class Runs(int[] ids, int length) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y || ids.AsSpan(x, length).SequenceEqual(ids.AsSpan(y, length));

        public int GetHashCode(int start)
        {
            var hash = default(HashCode);
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(ids.AsSpan(start, length)));
            return hash.ToHashCode();
        }
    }
}
