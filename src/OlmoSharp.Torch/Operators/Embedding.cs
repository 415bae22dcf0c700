using static OlmoSharp.Torch.Operators.Dispatcher;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>Rows of a table by id. TorchSharp offers this only as a module with a weight of its own.</summary>
public static class Embedding
{
    /// <summary>Looks up; differentiable in the table.</summary>
    /// <param name="table">[vocabulary, width].</param>
    /// <param name="ids">[…], int64.</param>
    /// <returns>[…, width].</returns>
    public static Tensor Apply(Tensor table, Tensor ids)
    {
        const ulong noPadding = unchecked((ulong)-1L);
        Span<ulong> stack = [Argument(table), Argument(ids), noPadding, Argument(false), Argument(false)];
        Invoke("aten::embedding", "", stack);
        return Result(stack);
    }
}
