using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>A tensor to be written; its parts are loaded one after another and released once written.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">How to store it.</param>
/// <param name="Shape">Shape in elements, outermost first; a row is a whole number of blocks of the type.</param>
/// <param name="Parts">Each gives the next rows, float32; the current scope owns the tensor.</param>
internal sealed record GgufTensorSource(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, IReadOnlyList<Func<Tensor>> Parts)
{
    /// <summary>Writes the data as it is stored, in place of the parts; null: the parts are converted.</summary>
    public Action<Stream>? WriteStored { get; init; }

    /// <summary>Bytes of the data.</summary>
    public long Bytes => Type.BytesOf(Shape.Aggregate(1L, (product, size) => product * size));
}
