using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>An answer or a passage, which is looked for near a question.</summary>
internal sealed class NearbyText
{
    private readonly NgramHash _hash;
    private readonly ulong[] _ngrams;

    /// <summary>Takes its words.</summary>
    /// <param name="words">At least one.</param>
    /// <param name="ngramLength">Words of an n-gram; a text of fewer is one n-gram.</param>
    /// <param name="minDistance">How many words from the question it may be at least.</param>
    public NearbyText(ReadOnlySpan<ulong> words, int ngramLength, int minDistance)
    {
        _hash = new NgramHash(Math.Min(ngramLength, words.Length));
        _ngrams = [.. _hash.All(words).Distinct().Order()];
        Distance = Math.Max(2 * words.Length, minDistance);
    }

    /// <summary>How many words from the question it may be.</summary>
    public int Distance { get; }

    /// <summary>The share of its different n-grams that are in a part of a document.</summary>
    /// <param name="words">The part.</param>
    public double ShareIn(ReadOnlySpan<NormalizedWord> words)
    {
        if (words.Length < _hash.Length)
        {
            return 0;
        }

        var found = new bool[_ngrams.Length];
        ulong hash = 0;
        for (var i = 0; i < words.Length; i++)
        {
            hash = i < _hash.Length ? NgramHash.Append(hash, words[i].Hash) : _hash.Roll(hash, words[i - _hash.Length].Hash, words[i].Hash);
            if (i >= _hash.Length - 1 && Array.BinarySearch(_ngrams, hash) is >= 0 and var at)
            {
                found[at] = true;
            }
        }

        return (double)found.AsSpan().Count(true) / found.Length;
    }
}
