using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Matrix products with parameters, in the dtype of the activations.</summary>
internal static class Linear
{
    /// <summary>x · Wᵀ.</summary>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <returns>[…, out].</returns>
    public static Tensor Apply(Tensor x, Parameter weight) => nn.functional.linear(x, weight.Value.to_type(x.dtype));
}
