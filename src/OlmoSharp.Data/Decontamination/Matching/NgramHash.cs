namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>
/// The hash of words in a row: Σ wᵢ · B^(n−1−i) modulo 2⁶⁴ for the hashes wᵢ of n words and an odd B, so that the next n-gram's follows from the last one's. Two different n-grams of a
/// text and the evaluation sets have the same with a probability of 2⁻⁶⁴, as word hashes are even.
/// </summary>
internal readonly struct NgramHash
{
    private const ulong Base = 0x9E3779B97F4A7C15;
    private readonly ulong _outgoing;

    /// <summary>For n-grams of a length.</summary>
    public NgramHash(int length)
    {
        Length = length;
        _outgoing = 1;
        for (var i = 0; i < length; i++)
        {
            _outgoing *= Base;
        }
    }

    /// <summary>Words of an n-gram.</summary>
    public int Length { get; }

    /// <summary>The hash of words one longer than those of a hash.</summary>
    public static ulong Append(ulong hash, ulong word) => hash * Base + word;

    /// <summary>The hash of the next n-gram.</summary>
    /// <param name="hash">That of the n-gram before.</param>
    /// <param name="first">Its first word, which falls out.</param>
    /// <param name="next">The word after it.</param>
    public ulong Roll(ulong hash, ulong first, ulong next) => hash * Base + next - first * _outgoing;

    /// <summary>The hashes of all n-grams, in order.</summary>
    public ulong[] All(ReadOnlySpan<ulong> words)
    {
        if (words.Length < Length)
        {
            return [];
        }

        var hashes = new ulong[words.Length - Length + 1];
        foreach (var word in words[..Length])
        {
            hashes[0] = Append(hashes[0], word);
        }

        for (var i = 1; i < hashes.Length; i++)
        {
            hashes[i] = Roll(hashes[i - 1], words[i - 1], words[i + Length - 1]);
        }

        return hashes;
    }
}
