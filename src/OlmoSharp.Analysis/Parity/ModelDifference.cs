using OlmoSharp.Models;

namespace OlmoSharp.Analysis.Parity;

/// <summary>What two models differ in.</summary>
/// <param name="Config">Options with different values.</param>
/// <param name="OnlyInFirst">Tensors that the second model has not.</param>
/// <param name="OnlyInSecond">Tensors that the first model has not.</param>
/// <param name="Shapes">Tensors of different shapes, whose elements cannot be compared.</param>
/// <param name="Tensors">All others, the largest <see cref="TensorDifference.MaximumAbsolute"/> first, NaN before all.</param>
public sealed record ModelDifference(
    IReadOnlyList<ModelConfigDifference> Config,
    IReadOnlyList<string> OnlyInFirst,
    IReadOnlyList<string> OnlyInSecond,
    IReadOnlyList<ShapeDifference> Shapes,
    IReadOnlyList<TensorDifference> Tensors)
{
    /// <summary>Whether the models are the same.</summary>
    /// <param name="tolerance">
    /// Largest difference of any element that counts as none, whatever dtype it is stored in; null: every element, and every dtype, must be the same.
    /// </param>
    public bool IsNone(double? tolerance)
        => Config.Count + OnlyInFirst.Count + OnlyInSecond.Count + Shapes.Count == 0 && Tensors.All(tensor => IsNone(tensor, tolerance));

    /// <summary>Whether one tensor is the same.</summary>
    public static bool IsNone(TensorDifference tensor, double? tolerance)
        => tensor.MaximumAbsolute <= (tolerance ?? 0) && (tolerance is not null || tensor.HasSameDtype);
}
