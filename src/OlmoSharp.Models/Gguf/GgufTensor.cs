namespace OlmoSharp.Models.Gguf;

/// <summary>One tensor in a GGUF file.</summary>
/// <param name="Name">Its name, e.g. <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">Shape in elements, outermost first (the file has it innermost first).</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record GgufTensor(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Elements of a row, the innermost dimension.</summary>
    public long RowElements => Shape[^1];
}
