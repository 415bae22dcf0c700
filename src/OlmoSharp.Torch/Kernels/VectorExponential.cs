using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Torch.Kernels;

/// <summary>
/// e^x of eight numbers, to 2 units in the last place. The runtime's own <see cref="Vector256.Exp(Vector256{float})"/> is a call that is
/// compiled without optimisation at first, so that the first steps of a run would take several times as long.
/// </summary>
internal static class VectorExponential
{
    /// <summary>e^x; 0 below −87.7, infinity above 88.3, not a number where x is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Native minimum and maximum give their second operand where one is not a number.
        x = Vector256.MinNative(Vector256.Create(89f), Vector256.MaxNative(Vector256.Create(-88f), x));
        // x = n · ln 2 + r with |r| ≤ ln 2 / 2; ln 2 in two parts, the first of few enough bits that n times it is exact.
        var n = Vector256.Round(x * Vector256.Create(1.44269504f));
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        // Taylor's series: the first term left out is below 6e-9.
        var sum = Vector256.Create(1f / 5040);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 720));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 120));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 24));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 6));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256.Create(1f / 2));
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        sum = Vector256.FusedMultiplyAdd(sum, r, Vector256<float>.One);
        // 2^n by its exponent bits: n is −127 to 128, whose bits are those of 0 and of infinity.
        var power = ((Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23).AsSingle();
        return sum * power;
    }
}
