using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Parts of vectors that more than one kernel needs.</summary>
internal static unsafe class VectorParts
{
    /// <summary>Eight signed 16-bit numbers, each as 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadHalves(byte* at)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32((short*)at);
        }

        var halves = Vector128.Load((short*)at);
        return Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves));
    }

    /// <summary>The sums of the lanes of four vectors, always in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (Avx.IsSupported)
        {
            var halves = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
            return halves.GetLower() + halves.GetUpper();
        }

        return Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d));
    }

    private static float Sum(Vector256<float> v) => v[0] + v[1] + (v[2] + v[3]) + (v[4] + v[5] + (v[6] + v[7]));
}
