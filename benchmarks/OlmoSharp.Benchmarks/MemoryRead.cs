using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Inference.Native.Kernels;

namespace OlmoSharp.Benchmarks;

/// <summary>A plain vectorised read of memory by all threads: what no product of the same bytes can be faster than.</summary>
internal static unsafe class MemoryRead
{
    private const int Parts = 64;
    private const int Step = 128;

    private static int _sink;

    /// <summary>Reads bytes.</summary>
    public static void Run(byte* memory, long bytes, CpuThreads threads)
    {
        var range = new Range { Memory = memory, Bytes = bytes / Parts / Step * Step };
        threads.Run(Parts, &ReadPart, &range);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadPart(void* context, int part, int worker)
    {
        var range = (Range*)context;
        var at = range->Memory + part * range->Bytes;
        Vector256<int> a = default, b = default, c = default, d = default;
        for (long i = 0; i < range->Bytes; i += Step)
        {
            a ^= Vector256.Load((int*)(at + i));
            b ^= Vector256.Load((int*)(at + i + 32));
            c ^= Vector256.Load((int*)(at + i + 64));
            d ^= Vector256.Load((int*)(at + i + 96));
        }

        _sink = (a ^ b ^ c ^ d)[0];
    }

    private struct Range
    {
        public byte* Memory;
        public long Bytes;
    }
}
