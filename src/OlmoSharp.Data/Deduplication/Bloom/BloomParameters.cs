namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>
/// The size of a Bloom filter and how many of its bits a key sets. The filter is made of equal segments; the first bits of a key's hash choose the
/// segment and all bits of a key lie in it, so that segments can be worked on apart, each in a fast cache. With at least 2^20 bits in a segment the
/// false-positive rate is that of one whole filter to within a percent.
/// </summary>
public sealed record BloomParameters
{
    /// <summary>The most bits a key may set; a rate below 2^-32 is met by a larger filter instead.</summary>
    public const int MaxHashes = 32;

    /// <summary>The least size of a filter that is sized by an estimate, in bits: 1 MiB, as in Dolma.</summary>
    public const long LeastBits = 8L << 20;

    private const int MaxSegments = 256;
    private const int LeastSegmentBitsLog2 = 20;

    private BloomParameters(long bits, int hashes) => (Bits, Hashes) = (bits, hashes);

    /// <summary>Bits of the filter, m: a multiple of 64 in every segment.</summary>
    public long Bits { get; }

    /// <summary>Bits that a key sets, k.</summary>
    public int Hashes { get; }

    /// <summary>The seed of the hash of keys.</summary>
    public ulong Seed { get; init; }

    /// <summary>Segments: the largest power of two up to 256 that leaves each at least 2^20 bits.</summary>
    public int Segments => SegmentsOf(Bits);

    /// <summary>Bits of a segment.</summary>
    public long SegmentBits => Bits / Segments;

    /// <summary>
    /// The smallest filter that keeps a rate: k = log2(1/p), rounded and at most <see cref="MaxHashes"/>, and m = −k n / ln(1 − p^(1/k)), which is the
    /// customary −n ln p / (ln 2)² where k is not rounded; at least <see cref="LeastBits"/>.
    /// </summary>
    /// <param name="keys">How many different keys will be added, n.</param>
    /// <param name="rate">The wanted false-positive rate once they are, p.</param>
    public static BloomParameters For(long keys, double rate)
    {
        var hashes = HashesFor(rate);
        var bits = Math.Ceiling(-hashes * (double)keys / Math.Log(1 - Math.Pow(rate, 1.0 / hashes)));
        var whole = bits < long.MaxValue / 2 ? Math.Max((long)bits, LeastBits) : throw new DataException(
            $"a Bloom filter for {keys} keys at a false-positive rate of {rate:g3} would need {bits:g3} bits. Lower estimated_doc_count or raise desired_false_positive_rate.");
        var unit = 64L * SegmentsOf(whole);
        return new BloomParameters((whole + unit - 1) / unit * unit, hashes);
    }

    /// <summary>
    /// A filter of a given size, rounded down to whole words. The bits that a key sets come from the number of keys where it is known (k = m/n ln 2), else from the
    /// rate (k = log2(1/p)), else they are 20, which is best for a rate of 10^-6.
    /// </summary>
    /// <param name="bytes">The size, at least 8.</param>
    /// <param name="keys">How many keys will be added, if known.</param>
    /// <param name="rate">The wanted false-positive rate, if known.</param>
    public static BloomParameters ForSize(long bytes, long? keys = null, double? rate = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 8);
        var bits = bytes > long.MaxValue / 8 ? long.MaxValue : 8 * bytes;
        var unit = 64L * SegmentsOf(bits);
        bits = bits / unit * unit;
        return new BloomParameters(bits, keys is { } count ? (int)Math.Clamp(Math.Round(bits / (double)count * Math.Log(2)), 1, MaxHashes) : HashesFor(rate ?? 1e-6));
    }

    /// <summary>The parameters that stand in a file.</summary>
    internal static BloomParameters? Existing(long bits, int hashes, ulong seed) =>
        bits >= 64 && hashes is >= 1 and <= MaxHashes && bits % (64L * SegmentsOf(bits)) == 0 ? new BloomParameters(bits, hashes) { Seed = seed } : null;

    /// <summary>The false-positive rate, (1 − e^(−kn/m))^k.</summary>
    /// <param name="keys">How many different keys were added, n.</param>
    public double FalsePositiveRate(long keys) => Math.Pow(-Math.Exp(-(double)Hashes * keys / Bits) + 1, Hashes);

    /// <summary>How many keys can be added before the false-positive rate passes a limit.</summary>
    /// <param name="rate">The limit.</param>
    public long Capacity(double rate) => (long)(-Bits / (double)Hashes * Math.Log(1 - Math.Pow(rate, 1.0 / Hashes)));

    /// <inheritdoc/>
    public override string ToString() => $"{Bits / 8} bytes, {Hashes} hashes and seed {Seed}";

    private static int HashesFor(double rate) => (int)Math.Clamp(Math.Round(-Math.Log2(rate)), 1, MaxHashes);

    private static int SegmentsOf(long bits)
    {
        var segments = 1;
        while (segments < MaxSegments && bits >> LeastSegmentBitsLog2 >= 2 * segments)
        {
            segments *= 2;
        }

        return segments;
    }
}
