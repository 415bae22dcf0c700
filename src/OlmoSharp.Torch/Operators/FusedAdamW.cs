using static OlmoSharp.Torch.Operators.Dispatcher;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>One group of tensors that AdamW updates alike.</summary>
/// <param name="Parameters">What is trained, updated in place.</param>
/// <param name="Gradients">Of each parameter.</param>
/// <param name="FirstMoments">Running mean of the gradients, updated in place.</param>
/// <param name="SecondMoments">Running mean of their squares, updated in place.</param>
/// <param name="Steps">Per parameter, a float32 scalar: the number of this update, counted from 1.</param>
public sealed record AdamWGroup(Tensor[] Parameters, Tensor[] Gradients, Tensor[] FirstMoments, Tensor[] SecondMoments, Tensor[] Steps);

/// <summary>AdamW with decoupled weight decay (Loshchilov and Hutter 2019), one pass over memory for all tensors.</summary>
public static class FusedAdamW
{
    /// <summary>Updates a group in place.</summary>
    /// <param name="group">Parameters, gradients and moments.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="weightDecay">Parameters shrink by learning rate × this before the update.</param>
    /// <param name="epsilon">Added to the square root of the second moment.</param>
    /// <param name="gradientDivisor">A float32 scalar tensor that gradients are divided by first (for clipping), or null.</param>
    public static void Step(
        AdamWGroup group, double learningRate, double beta1, double beta2, double weightDecay, double epsilon, Tensor? gradientDivisor = null)
        => Invoke("aten::_fused_adamw_", "",
        [
            Argument(group.Parameters), Argument(group.Gradients), Argument(group.FirstMoments), Argument(group.SecondMoments),
            Argument(ReadOnlySpan<Tensor>.Empty), Argument(group.Steps), Argument(learningRate), Argument(beta1), Argument(beta2),
            Argument(weightDecay), Argument(epsilon), Argument(false), Argument(false), Optional(gradientDivisor), Optional(null),
        ]);
}
