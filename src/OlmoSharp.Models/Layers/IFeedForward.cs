using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>The part of a block that transforms each position by itself.</summary>
internal interface IFeedForward
{
    /// <summary>[batch, sequence, hidden] to the same shape.</summary>
    /// <param name="x">Activations.</param>
    /// <param name="routing">Takes what routers decide; null where nobody asks.</param>
    Tensor Forward(Tensor x, Routing? routing);
}
