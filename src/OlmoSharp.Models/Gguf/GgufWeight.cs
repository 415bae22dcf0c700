namespace OlmoSharp.Models.Gguf;

/// <summary>Where a GGUF file holds one of a model's tensors.</summary>
/// <param name="Name">Its Hugging Face name; each expert has its own.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Shape">Shape in elements, outermost first.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="InterleavedHeads">
/// Heads whose even rows are paired with the odd ones after them by the rotary embedding; 0: a head's first half is paired with its second.
/// </param>
public sealed record GgufWeight(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, long Offset, int InterleavedHeads);
