namespace OlmoSharp.Inference.Sampling;

/// <summary>Random numbers that are the same on every machine: SplitMix64 (Steele, Lea and Flood 2014).</summary>
internal struct RandomStream
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>Starts the stream of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="sample">Which of the samples that share the seed; each has a stream of its own.</param>
    public RandomStream(long seed, int sample)
        : this(unchecked(Mix((ulong)seed + Increment) + Mix((ulong)sample * Increment)))
    {
    }

    /// <summary>Starts at a state of the generator.</summary>
    public RandomStream(ulong state) => _state = state;

    /// <summary>A number in [0, bound); the distribution is uniform to 2⁻⁶³.</summary>
    public ulong Next(ulong bound) => Math.BigMul(NextBits(), bound, out _);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>64 random bits.</summary>
    public ulong NextBits() => Mix(unchecked(_state += Increment));

    private static ulong Mix(ulong bits)
    {
        unchecked
        {
            bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
            bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
            return bits ^ (bits >> 31);
        }
    }
}
