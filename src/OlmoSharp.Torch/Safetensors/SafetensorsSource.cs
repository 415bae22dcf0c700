using static TorchSharp.torch;

namespace OlmoSharp.Torch.Safetensors;

/// <summary>A tensor to be written: it is loaded when its turn comes, and what loading made is released afterwards.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Dtype">Element type in the file, to which the elements are converted.</param>
/// <param name="Shape">Shape, in elements.</param>
/// <param name="Load">Gives the elements, on any device and in any layout; called in a dispose scope of its own.</param>
public sealed record SafetensorsSource(string Name, ScalarType Dtype, IReadOnlyList<long> Shape, Func<Tensor> Load)
{
    /// <summary>Size in the file.</summary>
    public long Bytes => Shape.Aggregate(1L, (product, size) => product * size) * SafetensorsDtype.Size(Dtype);

    /// <summary>A tensor that is there already and stays.</summary>
    public static SafetensorsSource Of(string name, Tensor tensor, ScalarType? dtype = null) => new(name, dtype ?? tensor.dtype, tensor.shape, () => tensor);
}
