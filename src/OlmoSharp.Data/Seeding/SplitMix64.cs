namespace OlmoSharp.Data.Seeding;

/// <summary>The generator SplitMix64 (Steele, Lea and Flood 2014), whose numbers are fixed by definition, unlike those of <see cref="Random"/>.</summary>
internal static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The next number, and the state after it.</summary>
    public static ulong Next(ref ulong state) => Mix(state += Increment);

    /// <summary>The number that a state gives.</summary>
    public static ulong At(ulong state) => Next(ref state);

    /// <summary>The finalizer: a bijection in which every input bit moves every output bit, and 0 stays 0.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
