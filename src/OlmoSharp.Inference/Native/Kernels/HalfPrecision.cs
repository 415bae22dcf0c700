using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>IEEE half precision to float32 without a conversion instruction; exact for every finite number.</summary>
internal static class HalfPrecision
{
    /// <summary>2¹¹²: the exponents' biases differ by 112; a product also makes subnormal numbers normal.</summary>
    public static float Scale => BitConverter.UInt32BitsToSingle((127 + 112) << 23);

    /// <summary>Numbers whose bits are the lower halves of the lanes; the upper halves repeat the sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Widen(Vector256<int> bits)
        => ((bits << 13) & Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector256.Create(Scale);

    /// <summary>One number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Widen(ushort bits)
    {
        var magnitude = BitConverter.UInt32BitsToSingle((bits & 0x7FFFu) << 13) * Scale;
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(magnitude) | ((bits & 0x8000u) << 16));
    }
}
