using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// Arithmetic whose scalars live as long as it takes. TorchSharp's <c>x + y</c> and <c>x * 2</c> make a <see cref="Scalar"/> that nothing holds while libtorch reads it; a garbage collection
/// at that moment frees it, and the operation fails. Wherever a step passes, scalars are therefore held: by these methods, or by a <c>using</c>.
/// </summary>
public static class ScalarArithmetic
{
    private static readonly Scalar One = 1;

    /// <summary>x + y.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="y">A shape that broadcasts with that of <paramref name="x"/>.</param>
    public static Tensor Sum(Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x · factor.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">The factor.</param>
    public static Tensor Scale(Tensor x, double factor)
    {
        using Scalar held = factor;
        return x.mul(held);
    }
}
