using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Floating-point numbers of some width, read as float32 in their order.</summary>
internal unsafe interface IFloatElement
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>Eight elements that follow one another.</summary>
    static abstract Vector256<float> Load(byte* at);

    /// <summary>One element.</summary>
    static abstract float LoadOne(byte* at);
}

/// <summary>float32.</summary>
internal readonly unsafe struct SingleElement : IFloatElement
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* at) => Vector256.Load((float*)at);

    public static float LoadOne(byte* at) => *(float*)at;
}

/// <summary>IEEE half precision.</summary>
internal readonly unsafe struct HalfElement : IFloatElement
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* at) => HalfPrecision.Widen(VectorParts.LoadHalves(at));

    public static float LoadOne(byte* at) => HalfPrecision.Widen(*(ushort*)at);
}
