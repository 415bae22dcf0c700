using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>What a language-model head loss consists of.</summary>
/// <param name="Total">Scalar to differentiate: scale · (cross entropy + coefficient · z-loss).</param>
/// <param name="CrossEntropy">[rows], float64: −log p(target) in nats; 0 where the target is ignored.</param>
/// <param name="SquaredLogNormalizer">[rows], float64: logsumexp(logits)²; 0 where the target is ignored.</param>
public sealed record LinearCrossEntropyResult(Tensor Total, Tensor CrossEntropy, Tensor SquaredLogNormalizer);

/// <summary>
/// Output projection, softmax cross entropy and z-loss in one operator. Logits exist for one chunk of rows at a time and turn into
/// their own gradient in place, so neither the [rows, vocabulary] logits nor their gradient are ever held whole.
/// </summary>
public static class LinearCrossEntropy
{
    /// <summary>Targets with this value count for nothing.</summary>
    public const long IgnoredTarget = -100;

    /// <summary>Logits held at once, in elements: small enough to stay in cache between passes, large enough for full-speed products.</summary>
    private const long ChunkElements = 1 << 22;

    /// <summary>Computes the loss and, if gradients are wanted, those of both inputs.</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="weight">[vocabulary, width].</param>
    /// <param name="targets">[rows], int64; <see cref="IgnoredTarget"/> for none.</param>
    /// <param name="scale">Factor of the sum over rows, e.g. 1 / (targets in the whole batch).</param>
    /// <param name="zLossCoefficient">c in c · logsumexp(logits)² (1e-5 in OLMo 2).</param>
    /// <exception cref="ArgumentOutOfRangeException">A target lies outside the vocabulary (checked on the CPU).</exception>
    public static LinearCrossEntropyResult Apply(Tensor hidden, Tensor weight, Tensor targets, double scale, double zLossCoefficient)
    {
        if (TensorMemory.Serves(hidden))
        {
            RequireTargets(targets, weight.shape[0]);
        }

        var crossEntropy = empty(hidden.shape[0], dtype: ScalarType.Float64, device: hidden.device);
        var squaredLogNormalizer = empty_like(crossEntropy);
        // Inside a function gradients are switched off, so whether they are wanted is asked here.
        var differentiate = is_grad_enabled() && (hidden.requires_grad || weight.requires_grad);
        var total = Function.apply(hidden, weight, targets, crossEntropy, squaredLogNormalizer, scale, zLossCoefficient, differentiate);
        return new(total, crossEntropy, squaredLogNormalizer);
    }

    // The kernel addresses logits by target.
    private static unsafe void RequireTargets(Tensor targets, long vocabulary)
    {
        foreach (var target in new ReadOnlySpan<long>(targets.Pointer<long>(), checked((int)targets.numel())))
        {
            if (target != IgnoredTarget && (ulong)target >= (ulong)vocabulary)
            {
                throw new ArgumentOutOfRangeException(nameof(targets), target, $"a target is outside the vocabulary of {vocabulary}");
            }
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(LinearCrossEntropy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (hidden, weight, targets) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var (crossEntropy, squaredLogNormalizer) = ((Tensor)vars[3], (Tensor)vars[4]);
            var (scale, zLoss, differentiate) = ((double)vars[5], (double)vars[6], (bool)vars[7]);
            long rows = hidden.shape[0], vocabulary = weight.shape[0];
            var chunk = Math.Max(16, ChunkElements / vocabulary);
            var dHidden = differentiate ? empty_like(hidden) : null;
            var dWeight = differentiate ? zeros_like(weight) : null;
            using var transposed = weight.t();
            for (long begin = 0; begin < rows; begin += chunk)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(chunk, rows - begin);
                var input = hidden.narrow(0, begin, count);
                var logits = input.mm(transposed);
                RowLosses(
                    logits, targets.narrow(0, begin, count), crossEntropy.narrow(0, begin, count),
                    squaredLogNormalizer.narrow(0, begin, count), scale, zLoss, differentiate);
                if (differentiate)
                {
                    dHidden!.narrow(0, begin, count).copy_(logits.mm(weight));
                    dWeight!.addmm_(logits.t(), input, 1, 1);
                }
            }

            if (differentiate)
            {
                ctx.save_for_backward([dHidden!, dWeight!]);
            }

            var total = ScalarArithmetic.Sum(crossEntropy.sum(), ScalarArithmetic.Scale(squaredLogNormalizer.sum(), zLoss));
            return ScalarArithmetic.Scale(total, scale).to_type(ScalarType.Float32);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var result = ReturnedGradients.Return(
                saved[0].mul(grad_output), saved[1].mul(grad_output), null, null, null, null, null, null);
            saved.ForEach(tensor => tensor.Dispose());
            return result;
        }
    }

    private static unsafe void RowLosses(
        Tensor logits, Tensor targets, Tensor crossEntropy, Tensor squaredLogNormalizer, double scale, double zLoss, bool differentiate)
    {
        if (TensorMemory.Serves(logits))
        {
            ParallelRows.Run(
                new Kernel
                {
                    Logits = logits.Pointer<float>(),
                    Targets = targets.Pointer<long>(),
                    CrossEntropy = crossEntropy.Pointer<double>(),
                    SquaredLogNormalizer = squaredLogNormalizer.Pointer<double>(),
                    Scale = (float)scale,
                    ZLoss = (float)zLoss,
                    Differentiate = differentiate,
                    Vocabulary = (int)logits.shape[1],
                },
                logits.shape[0],
                grain: 4);
            return;
        }

        var wide = logits.to_type(ScalarType.Float32);
        using Scalar ignored = IgnoredTarget, least = 0, one = 1;
        var counted = targets.ne(ignored);
        var safeTargets = targets.clamp_min(least).unsqueeze(1);
        var logNormalizer = wide.logsumexp(1);
        var picked = wide.gather(1, safeTargets).squeeze(1);
        crossEntropy.copy_((logNormalizer - picked) * counted);
        squaredLogNormalizer.copy_(logNormalizer.square() * counted);
        if (differentiate)
        {
            var factor = ScalarArithmetic.Scale(ScalarArithmetic.Scale(logNormalizer, 2 * zLoss).add(one) * counted, scale);
            var gradient = (wide - logNormalizer.unsqueeze(1)).exp_() * factor.unsqueeze(1);
            gradient.scatter_add_(1, safeTargets, ScalarArithmetic.Scale(counted.to_type(ScalarType.Float32), -scale).unsqueeze(1));
            logits.copy_(gradient);
        }
    }

    private unsafe struct Kernel : IRowKernel
    {
        public float* Logits;
        public long* Targets;
        public double* CrossEntropy, SquaredLogNormalizer;
        public float Scale, ZLoss;
        public bool Differentiate;
        public int Vocabulary;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var row = begin; row < end; row++)
            {
                var x = Logits + row * Vocabulary;
                var target = Targets[row];
                if (target == IgnoredTarget)
                {
                    CrossEntropy[row] = SquaredLogNormalizer[row] = 0;
                    new Span<float>(x, Vocabulary).Clear();
                    continue;
                }

                var max = Max(x);
                var atTarget = x[target];
                var sum = ExpSum(x, max);
                var logNormalizer = max + Math.Log(sum);
                CrossEntropy[row] = logNormalizer - atTarget;
                SquaredLogNormalizer[row] = logNormalizer * logNormalizer;
                if (Differentiate)
                {
                    Multiply(x, (float)(Scale * (1 + 2 * ZLoss * logNormalizer) / sum));
                    x[target] -= Scale;
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly float Max(float* x)
        {
            var max = Vector256.Create(float.NegativeInfinity);
            var i = 0;
            for (; i <= Vocabulary - 8; i += 8)
            {
                max = Vector256.Max(max, Vector256.Load(x + i));
            }

            var result = float.NegativeInfinity;
            for (var lane = 0; lane < 8; lane++)
            {
                result = MathF.Max(result, max[lane]);
            }

            for (; i < Vocabulary; i++)
            {
                result = MathF.Max(result, x[i]);
            }

            return result;
        }

        /// <summary>Replaces x by exp(x − max) and returns the sum.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly double ExpSum(float* x, float max)
        {
            var shift = Vector256.Create(max);
            Vector256<float> a = default, b = default;
            var i = 0;
            for (; i <= Vocabulary - 16; i += 16)
            {
                var u = VectorExponential.Exp(Vector256.Load(x + i) - shift);
                var v = VectorExponential.Exp(Vector256.Load(x + i + 8) - shift);
                u.Store(x + i);
                v.Store(x + i + 8);
                a += u;
                b += v;
            }

            double sum = Vector256.Sum(a + b);
            for (; i < Vocabulary; i++)
            {
                sum += x[i] = MathF.Exp(x[i] - max);
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Multiply(float* x, float factor)
        {
            var f = Vector256.Create(factor);
            var i = 0;
            for (; i <= Vocabulary - 8; i += 8)
            {
                (Vector256.Load(x + i) * f).Store(x + i);
            }

            for (; i < Vocabulary; i++)
            {
                x[i] *= factor;
            }
        }
    }
}
