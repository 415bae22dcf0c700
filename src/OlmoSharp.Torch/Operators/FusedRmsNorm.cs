using System.Runtime.CompilerServices;
using OlmoSharp.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// RMSNorm, y = w ∘ x / sqrt(mean(x²) + eps) [+ residual], over the last dimension. On the CPU in float32 one pass forward and one
/// back; elsewhere composed of libtorch operators, in float32 as the Hugging Face implementation of OLMo 2 does.
/// </summary>
public static class FusedRmsNorm
{
    /// <summary>Normalises.</summary>
    /// <param name="input">[…, width].</param>
    /// <param name="weight">[width].</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <param name="residual">[…, width], added to the result; OLMo 2 adds each sublayer's normalised output to the stream.</param>
    /// <returns>[…, width] of the input's dtype.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, double epsilon, Tensor? residual = null)
    {
        if (TensorMemory.Serves(input) && TensorMemory.Serves(weight))
        {
            return residual is null
                ? Function.apply(input, weight, (float)epsilon)
                : Function.apply(input, weight, (float)epsilon, residual);
        }

        var wide = input.to_type(ScalarType.Float32);
        using Scalar held = epsilon;
        var normalised = (wide * wide.square().mean([-1L], keepdim: true).add(held).rsqrt() * weight).to_type(input.dtype);
        return residual is null ? normalised : ScalarArithmetic.Sum(residual, normalised);
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedRmsNorm);

        public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var input = ((Tensor)vars[0]).Dense();
            var weight = ((Tensor)vars[1]).Dense();
            var residual = vars.Length > 3 ? ((Tensor)vars[3]).Dense() : null;
            var width = (int)input.shape[^1];
            var rows = input.numel() / width;
            var output = empty_like(input);
            var scale = empty(rows, dtype: ScalarType.Float32);
            ParallelRows.Run(
                new Forward
                {
                    Input = input.Pointer<float>(),
                    Weight = weight.Pointer<float>(),
                    Residual = residual is null ? null : residual.Pointer<float>(),
                    Output = output.Pointer<float>(),
                    Scale = scale.Pointer<float>(),
                    Epsilon = (float)vars[2],
                    Width = width,
                },
                rows,
                grain: 64);
            ctx.save_for_backward([input, weight, scale]);
            ctx.save_data("residual", residual is not null);
            return output;
        }

        public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var (input, weight, scale) = (saved[0], saved[1], saved[2]);
            var dy = grad_output.Dense();
            var width = (int)input.shape[^1];
            var blocks = new RowBlocks(input.numel() / width);
            var dx = empty_like(input);
            var dw = empty_like(weight);
            using var partial = zeros(RowBlocks.Count, width);
            ParallelRows.Run(
                new Backward
                {
                    Input = input.Pointer<float>(),
                    Weight = weight.Pointer<float>(),
                    Scale = scale.Pointer<float>(),
                    OutputGradient = dy.Pointer<float>(),
                    InputGradient = dx.Pointer<float>(),
                    WeightGradient = partial.Pointer<float>(),
                    Width = width,
                    Blocks = blocks,
                },
                RowBlocks.Count);
            RowBlocks.Reduce(partial.Pointer<float>(), dw.Pointer<float>(), width);
            saved.ForEach(tensor => tensor.Dispose());
            return (bool)ctx.get_data("residual") ? ReturnedGradients.Return(dx, dw, null, grad_output) : ReturnedGradients.Return(dx, dw, null);
        }
    }

    private unsafe struct Forward : IRowKernel
    {
        public float* Input, Weight, Residual, Output, Scale;
        public float Epsilon;
        public int Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var row = begin; row < end; row++)
            {
                var x = Input + row * Width;
                Scale[row] = RmsNormKernel.ReciprocalRms(x, Width, Epsilon);
                RmsNormKernel.Scale(x, Scale[row], Weight, Residual == null ? null : Residual + row * Width, Output + row * Width, Width);
            }
        }
    }

    private unsafe struct Backward : IRowKernel
    {
        public float* Input, Weight, Scale, OutputGradient, InputGradient, WeightGradient;
        public int Width;
        public RowBlocks Blocks;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var block = begin; block < end; block++)
            {
                for (var row = Blocks.Begin(block); row < Blocks.Begin(block + 1); row++)
                {
                    var at = row * Width;
                    RmsNormKernel.Backward(
                        Input + at, Scale[row], Weight, OutputGradient + at, InputGradient + at, WeightGradient + block * Width, Width);
                }
            }
        }
    }
}
