using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Seeding;

/// <summary>Numbers that a seed decides: the XXH3 hashes of 0, 1, 2, …, which are fixed by definition, unlike those of <see cref="Random"/>.</summary>
/// <param name="seed">The seed.</param>
internal sealed class SeededNumbers(long seed)
{
    private ulong _index;

    /// <summary>A number from 0 up to, not with, a limit.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>A number from −limit to limit.</summary>
    public float Within(float limit) => (float)(((Next() >> 11) * (2.0 / (1UL << 53)) - 1) * limit);

    /// <summary>Brings items into a random order.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var left = items.Length; left > 1; left--)
        {
            var other = Below(left);
            (items[left - 1], items[other]) = (items[other], items[left - 1]);
        }
    }

    private ulong Next()
    {
        var index = _index++;
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in index)), seed);
    }
}
