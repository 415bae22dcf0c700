namespace OlmoSharp.Data.Curation;

/// <summary>Makes MinHash signatures of texts over their word n-grams.</summary>
internal sealed class MinHasher
{
    private readonly int _ngramWords;
    private readonly ulong[] _multipliers;
    private readonly ulong[] _offsets;

    public MinHasher(MinHashOptions options)
    {
        _ngramWords = options.NgramWords;
        var state = options.Seed;
        _multipliers = [.. Enumerable.Range(0, options.Bands * options.Rows).Select(_ => NextRandom(ref state))];
        _offsets = [.. Enumerable.Range(0, options.Bands * options.Rows).Select(_ => NextRandom(ref state))];
    }

    /// <summary>The signature, or null for a text without words.</summary>
    public uint[]? Sign(string text)
    {
        var ngrams = Ngrams(text, _ngramWords);
        if (ngrams.Count == 0)
        {
            return null;
        }

        // h(x) = (a x + b) >> 32 is strongly universal for 32-bit x (Dietzfelbinger 1996).
        var signature = new uint[_multipliers.Length];
        Array.Fill(signature, uint.MaxValue);
        foreach (var ngram in ngrams)
        {
            for (var i = 0; i < signature.Length; i++)
            {
                var hash = (uint)((_multipliers[i] * ngram + _offsets[i]) >> 32);
                signature[i] = Math.Min(signature[i], hash);
            }
        }

        return signature;
    }

    /// <summary>The part of two signatures that agrees: an unbiased estimate of the Jaccard similarity.</summary>
    public static double Similarity(ReadOnlySpan<uint> first, ReadOnlySpan<uint> second)
    {
        var equal = 0;
        for (var i = 0; i < first.Length; i++)
        {
            equal += first[i] == second[i] ? 1 : 0;
        }

        return (double)equal / first.Length;
    }

    /// <summary>32-bit hashes of the distinct word n-grams.</summary>
    internal static HashSet<uint> Ngrams(string text, int words)
    {
        var hashes = new List<ulong>();
        WordScanner.AppendWordHashes(text, hashes);
        var ngrams = new HashSet<uint>();
        var size = Math.Min(words, hashes.Count);
        for (var start = 0; size > 0 && start <= hashes.Count - size; start++)
        {
            ulong ngram = 0;
            for (var i = 0; i < size; i++)
            {
                ngram = Mix(ngram + hashes[start + i]);
            }

            ngrams.Add((uint)(ngram >> 32));
        }

        return ngrams;
    }

    // SplitMix64 (Steele, Lea and Flood 2014): fixed by definition, unlike System.Random.
    private static ulong NextRandom(ref ulong state) => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
