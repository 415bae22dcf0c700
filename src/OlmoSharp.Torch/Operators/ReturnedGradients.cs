using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// Frees the handles of gradients that a backward function gave to the autograd engine. The engine takes its own reference after the
/// function returns, so the function cannot free them itself, and left to the caller's scope they would hold every intermediate
/// gradient of the step in memory at once. The next backward function on the same thread frees them.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static List<Tensor>? _held;

    /// <summary>Frees what the previous function returned and remembers what this one returns (null where there is no gradient).</summary>
    public static List<Tensor> Return(params List<Tensor?> gradients)
    {
        _held ??= [];
        _held.ForEach(tensor => tensor.Dispose());
        _held.Clear();
        foreach (var gradient in gradients)
        {
            if (gradient is not null)
            {
                _held.Add(gradient.DetachFromDisposeScope());
            }
        }

        return gradients!;
    }
}
