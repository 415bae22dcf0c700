using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Data.Classification;

/// <summary>Sums of vectors, always eight numbers at a time and then one by one, so that rounding does not depend on the processor.</summary>
internal static class VectorMath
{
    /// <summary>Adds a vector, times a factor, to another.</summary>
    public static void AddScaled(ReadOnlySpan<float> vector, float factor, Span<float> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(vector);
        ref var to = ref MemoryMarshal.GetReference(sum[..vector.Length]);
        nuint i = 0;
        for (; i + 8 <= (nuint)vector.Length; i += 8)
        {
            (Vector256.LoadUnsafe(ref to, i) + Vector256.LoadUnsafe(ref from, i) * factor).StoreUnsafe(ref to, i);
        }

        for (var rest = (int)i; rest < vector.Length; rest++)
        {
            sum[rest] += vector[rest] * factor;
        }
    }

    /// <summary>Adds a vector to another.</summary>
    public static void Add(ReadOnlySpan<float> vector, Span<float> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(vector);
        ref var to = ref MemoryMarshal.GetReference(sum[..vector.Length]);
        nuint i = 0;
        for (; i + 8 <= (nuint)vector.Length; i += 8)
        {
            (Vector256.LoadUnsafe(ref to, i) + Vector256.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }

        for (var rest = (int)i; rest < vector.Length; rest++)
        {
            sum[rest] += vector[rest];
        }
    }

    /// <summary>The inner product of two vectors.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right[..left.Length]);
        var sums = Vector256<float>.Zero;
        nuint i = 0;
        for (; i + 8 <= (nuint)left.Length; i += 8)
        {
            sums += Vector256.LoadUnsafe(ref a, i) * Vector256.LoadUnsafe(ref b, i);
        }

        var sum = Vector256.Sum(sums);
        for (var rest = (int)i; rest < left.Length; rest++)
        {
            sum += left[rest] * right[rest];
        }

        return sum;
    }
}
