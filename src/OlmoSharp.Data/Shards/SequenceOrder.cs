using System.IO.Hashing;
using System.Text;
using OlmoSharp.Data.Seeding;

namespace OlmoSharp.Data.Shards;

/// <summary>
/// A pseudo-random permutation of 0 … <see cref="Count"/> − 1 as a pure function of (count, seed, epoch, stream), with random access and constant memory
/// at any size: a balanced Feistel network over the next even number of bits, walked along its cycles until it lands below the count
/// (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002; fewer than four steps on average). A shuffled table would need 8 bytes an
/// instance in every process, and a start from the first instance to resume.
/// </summary>
public readonly struct SequenceOrder
{
    private const int Rounds = 8;
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private readonly ulong _key;
    private readonly int _halfBits;

    /// <summary>Chooses a permutation.</summary>
    /// <param name="count">Number of elements, at least one.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Pass over the elements; each has its own permutation.</param>
    /// <param name="stream">Name of an independent family of permutations under the same seed, such as a source of a mixture.</param>
    public SequenceOrder(long count, long seed, long epoch, string stream = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        Count = count;
        _key = SplitMix64.Mix(SplitMix64.Mix(SplitMix64.Mix((ulong)seed + GoldenRatio) ^ XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(stream))) + (ulong)epoch);
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)count - 1);
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>The element at a position.</summary>
    /// <param name="position">0 … <see cref="Count"/> − 1.</param>
    public long this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            ulong element = (ulong)position;
            do
            {
                element = Permute(element);
            }
            while (element >= (ulong)Count);

            return (long)element;
        }
    }

    private ulong Permute(ulong value)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = value >> _halfBits;
        ulong right = value & mask;
        ulong roundKey = _key;
        for (int round = 0; round < Rounds; round++)
        {
            roundKey += GoldenRatio;
            (left, right) = (right, left ^ (SplitMix64.Mix(SplitMix64.Mix(roundKey) + right) & mask));
        }

        return (left << _halfBits) | right;
    }
}
