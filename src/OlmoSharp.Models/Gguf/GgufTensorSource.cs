using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>A tensor to be written: it is loaded when its turn comes and released afterwards.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">How to store it.</param>
/// <param name="Shape">Shape in elements, outermost first; a row is a whole number of blocks of the type.</param>
/// <param name="Load">Gives the elements, float32; the current scope owns the tensor.</param>
internal sealed record GgufTensorSource(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, Func<Tensor> Load)
{
    public long Bytes => Type.BytesOf(Shape.Aggregate(1L, (product, size) => product * size));
}
