using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// One tensor of a model as GGUF files hold it. The rotary embedding turns pairs of a head's rows: Hugging Face pairs the first half of them
/// with the second; llama.cpp does in some architectures, in others each even row with the odd one after it, so that rows must change places.
/// </summary>
/// <param name="Name">Name in GGUF files, e.g. <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Shape">Shape in elements, outermost first; the experts of a layer are one tensor [experts, out, in].</param>
/// <param name="Role">What it does.</param>
/// <param name="Layer">Its block; 0 outside the blocks.</param>
/// <param name="HuggingFace">Name in Hugging Face checkpoints of a part: of an expert by its number, or of the tensor itself.</param>
/// <param name="InterleavedHeads">Heads whose rows are stored in another order than Hugging Face's; 0: the rows are in its order.</param>
internal sealed record GgufTensorLayout(
    string Name, IReadOnlyList<long> Shape, GgufTensorRole Role, int Layer, Func<int, string> HuggingFace, int InterleavedHeads)
{
    /// <summary>Tensors in Hugging Face checkpoints that are one here.</summary>
    public int Parts => Shape.Count == 3 ? (int)Shape[0] : 1;

    /// <summary>Shape of each part in Hugging Face checkpoints.</summary>
    public IReadOnlyList<long> PartShape => Shape.Count == 3 ? [.. Shape.Skip(1)] : Shape;

    /// <summary>A part's rows in the file's order, from Hugging Face's; the caller's scope owns the result.</summary>
    public Tensor ToFileOrder(Tensor part)
        => InterleavedHeads == 0 ? part : part.view(InterleavedHeads, 2, -1, part.shape[^1]).transpose(1, 2).reshape(part.shape);

    /// <summary>A part's rows in Hugging Face's order, from the file's; the caller's scope owns the result.</summary>
    public Tensor ToHuggingFaceOrder(Tensor part)
        => InterleavedHeads == 0 ? part : part.view(InterleavedHeads, -1, 2, part.shape[^1]).transpose(1, 2).reshape(part.shape);
}
