using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Weights that are floating-point numbers of some width, read as float32, sixteen at a time. Two 16-bit numbers of a 32-bit lane are apart with one
/// operation or two; to bring them in their own order would take as many again, so x is brought in theirs (<see cref="FloatInputs"/>).
/// </summary>
internal unsafe interface IFloatWeights
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>Whether <see cref="First"/> has every other of sixteen elements, beginning with the first, not the first eight.</summary>
    static abstract bool IsPaired { get; }

    /// <summary>What the elements that are read are to be multiplied by, a power of two: x is, instead.</summary>
    static abstract float Scale { get; }

    /// <summary>Eight of sixteen elements that follow one another.</summary>
    static abstract Vector256<float> First(byte* at);

    /// <summary>The other eight.</summary>
    static abstract Vector256<float> Second(byte* at);

    /// <summary>One element, scaled.</summary>
    static abstract float LoadOne(byte* at);
}

/// <summary>float32.</summary>
internal readonly unsafe struct SingleWeights : IFloatWeights
{
    public static int Bytes => sizeof(float);

    public static bool IsPaired => false;

    public static float Scale => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(byte* at) => Vector256.Load((float*)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(byte* at) => Vector256.Load((float*)at + 8);

    public static float LoadOne(byte* at) => *(float*)at;
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly unsafe struct BrainFloatWeights : IFloatWeights
{
    public static int Bytes => sizeof(ushort);

    public static bool IsPaired => true;

    public static float Scale => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(byte* at) => (Vector256.Load((int*)at) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(byte* at) => (Vector256.Load((int*)at) & Vector256.Create(unchecked((int)0xFFFF0000))).AsSingle();

    public static float LoadOne(byte* at) => BitConverter.Int32BitsToSingle(*(ushort*)at << 16);
}

/// <summary>
/// IEEE half precision, without a conversion instruction: exponent and fraction moved to their places in a float32, whose exponent then is 112 too
/// small, also that of a subnormal number.
/// </summary>
internal readonly unsafe struct HalfWeights : IFloatWeights
{
    // Sign, exponent and fraction of a half whose bits begin at the fourth but whose sign is at the first.
    private const int Bits = unchecked((int)0x8FFFE000);

    public static int Bytes => sizeof(ushort);

    public static bool IsPaired => true;

    public static float Scale => HalfPrecision.Scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(byte* at) => (Lower(at) & Vector256.Create(Bits)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Second(byte* at) => (Vector256.Load((int*)at) >> 3 & Vector256.Create(Bits)).AsSingle();

    public static float LoadOne(byte* at) => HalfPrecision.Widen(*(ushort*)at);

    // The lower halves of the lanes times 2¹³: one multiplication where processors shift by one unit only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Lower(byte* at)
        => Avx2.IsSupported ? Avx2.MultiplyAddAdjacent(Vector256.Load((short*)at), Vector256.Create(1 << 13).AsInt16()) : Vector256.Load((int*)at) << 16 >> 3;
}
