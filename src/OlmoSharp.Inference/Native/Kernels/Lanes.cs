using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Parts of vectors that more than one kernel needs.</summary>
internal static unsafe class Lanes
{
    /// <summary>Eight 16-bit numbers, each as 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> LoadHalves(byte* at)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32((ushort*)at);
        }

        var halves = Vector128.Load((ushort*)at);
        return Vector256.Create(Vector128.WidenLower(halves), Vector128.WidenUpper(halves)).AsInt32();
    }

    /// <summary>The sum of eight lanes, always in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
