using System.Runtime.Intrinsics;
using OlmoSharp.Data.Seeding;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>
/// Makes MinHash signatures of texts over their n-grams of words (see <see cref="NormalizedWords"/>): value i is the smallest h(x) = aᵢ x + bᵢ mod 2³² over the 32-bit hashes x of
/// all n-grams, with odd aᵢ, so that hᵢ is a permutation of the hashes. It can be used over and over, by one thread at a time.
/// </summary>
internal sealed class MinHashSigner
{
    private const ulong Base = 0xD1342543DE82EF95;
    private const int Lanes = 8;
    private const int BlockVectors = 4;

    private readonly int _words;
    private readonly ulong _basePower = 1;
    private readonly uint[] _multipliers;
    private readonly uint[] _offsets;
    private ulong[] _wordHashes = new ulong[1 << 10];
    private uint[] _ngrams = new uint[1 << 10];

    /// <param name="words">Words in an n-gram.</param>
    /// <param name="values">Values in a signature.</param>
    /// <param name="seed">Chooses the permutations.</param>
    public MinHashSigner(int words, int values, ulong seed)
    {
        _words = words;
        Values = values;
        for (var i = 0; i < words; i++)
        {
            _basePower *= Base;
        }

        var padded = (values + Lanes * BlockVectors - 1) / (Lanes * BlockVectors) * (Lanes * BlockVectors);
        _multipliers = new uint[padded];
        _offsets = new uint[padded];
        for (var i = 0; i < values; i++)
        {
            var random = SplitMix64.Next(ref seed);
            (_multipliers[i], _offsets[i]) = ((uint)(random >> 32) | 1, (uint)random);
        }
    }

    /// <summary>Values in a signature.</summary>
    public int Values { get; }

    /// <summary>Makes the signature of a text.</summary>
    /// <param name="utf8">The text in valid UTF-8.</param>
    /// <param name="signature">Receives the <see cref="Values"/> values.</param>
    /// <returns>Whether there is one: a text without words has none.</returns>
    public bool TrySign(ReadOnlySpan<byte> utf8, Span<uint> signature)
    {
        var ngrams = NGrams(utf8);
        if (ngrams.IsEmpty)
        {
            return false;
        }

        Span<uint> block = stackalloc uint[Lanes * BlockVectors];
        for (var start = 0; start < Values; start += block.Length)
        {
            FindLeast(ngrams, _multipliers.AsSpan(start), _offsets.AsSpan(start), block);
            block[..Math.Min(block.Length, Values - start)].CopyTo(signature[start..]);
        }

        return true;
    }

    /// <summary>The part of two signatures that agrees: an unbiased estimate of the Jaccard similarity of the sets of n-grams.</summary>
    public static double Similarity(ReadOnlySpan<uint> first, ReadOnlySpan<uint> second)
    {
        var equal = 0;
        for (var i = 0; i < first.Length; i++)
        {
            equal += first[i] == second[i] ? 1 : 0;
        }

        return (double)equal / first.Length;
    }

    /// <summary>The hashes of all n-grams in the order of the text, an n-gram as often as it is there; of a text with fewer words, that of all of them.</summary>
    internal ReadOnlySpan<uint> NGrams(ReadOnlySpan<byte> utf8)
    {
        var words = FindWords(utf8);
        if (words.IsEmpty)
        {
            return [];
        }

        var size = Math.Min(_words, words.Length);
        var count = words.Length - size + 1;
        if (_ngrams.Length < count)
        {
            _ngrams = new uint[2 * count];
        }

        // A polynomial of the words' hashes, which the next word shifts on and the oldest leaves.
        ulong sum = 0;
        for (var i = 0; i < size; i++)
        {
            sum = sum * Base + words[i];
        }

        _ngrams[0] = Fold(sum);
        for (var i = 1; i < count; i++)
        {
            sum = sum * Base + words[i + size - 1] - _basePower * words[i - 1];
            _ngrams[i] = Fold(sum);
        }

        return _ngrams.AsSpan(0, count);
    }

    private ReadOnlySpan<ulong> FindWords(ReadOnlySpan<byte> utf8)
    {
        var hashes = _wordHashes;
        var count = 0;
        foreach (var word in new NormalizedWords(utf8))
        {
            if (count == hashes.Length)
            {
                Array.Resize(ref hashes, 2 * count);
                _wordHashes = hashes;
            }

            hashes[count++] = word.Hash;
        }

        return hashes.AsSpan(0, count);
    }

    /// <summary>The smallest values of as many permutations as fit into the processor's registers, eight of them in each.</summary>
    private static void FindLeast(ReadOnlySpan<uint> ngrams, ReadOnlySpan<uint> multipliers, ReadOnlySpan<uint> offsets, Span<uint> least)
    {
        var (multiplier0, multiplier1) = (Vector256.Create(multipliers), Vector256.Create(multipliers[Lanes..]));
        var (multiplier2, multiplier3) = (Vector256.Create(multipliers[(2 * Lanes)..]), Vector256.Create(multipliers[(3 * Lanes)..]));
        var (offset0, offset1) = (Vector256.Create(offsets), Vector256.Create(offsets[Lanes..]));
        var (offset2, offset3) = (Vector256.Create(offsets[(2 * Lanes)..]), Vector256.Create(offsets[(3 * Lanes)..]));
        var least0 = Vector256<uint>.AllBitsSet;
        var (least1, least2, least3) = (least0, least0, least0);
        foreach (var ngram in ngrams)
        {
            var value = Vector256.Create(ngram);
            least0 = Vector256.Min(least0, value * multiplier0 + offset0);
            least1 = Vector256.Min(least1, value * multiplier1 + offset1);
            least2 = Vector256.Min(least2, value * multiplier2 + offset2);
            least3 = Vector256.Min(least3, value * multiplier3 + offset3);
        }

        least0.CopyTo(least);
        least1.CopyTo(least[Lanes..]);
        least2.CopyTo(least[(2 * Lanes)..]);
        least3.CopyTo(least[(3 * Lanes)..]);
    }

    // The upper bits of a product depend on all bits of its factor.
    private static uint Fold(ulong sum) => (uint)(((sum ^ (sum >> 32)) * Base) >> 32);
}
