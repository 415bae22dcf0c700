using System.Runtime.CompilerServices;
using OlmoSharp.Torch.Kernels;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>SwiGLU's gate (Shazeer 2020), silu(gate) ∘ up, on the output of one matrix product for both.</summary>
public static class FusedSwiGlu
{
    /// <summary>Gates.</summary>
    /// <param name="gateAndUp">[…, 2·width]: the gate's half, then the other.</param>
    /// <returns>[…, width].</returns>
    public static Tensor Apply(Tensor gateAndUp)
    {
        if (TensorMemory.Serves(gateAndUp))
        {
            return Function.apply(gateAndUp);
        }

        var halves = gateAndUp.chunk(2, -1);
        return nn.functional.silu(halves[0]) * halves[1];
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedSwiGlu);

        public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var input = ((Tensor)vars[0]).Dense();
            var width = (int)(input.shape[^1] / 2);
            var output = empty([.. input.shape[..^1], width]);
            ParallelRows.Run(
                new Forward { Input = input.Pointer<float>(), Output = output.Pointer<float>(), Width = width },
                input.numel() / (2 * width),
                grain: 16);
            ctx.save_for_backward([input]);
            return output;
        }

        public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var input = ctx.get_saved_variables()[0];
            using var dy = grad_output.Dense();
            var width = (int)(input.shape[^1] / 2);
            var dx = empty_like(input);
            ParallelRows.Run(
                new Backward
                {
                    Input = input.Pointer<float>(),
                    OutputGradient = dy.Pointer<float>(),
                    InputGradient = dx.Pointer<float>(),
                    Width = width,
                },
                input.numel() / (2 * width),
                grain: 16);
            return ReturnedGradients.Return(dx);
        }
    }

    private unsafe struct Forward : IRowKernel
    {
        public float* Input, Output;
        public int Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var row = begin; row < end; row++)
            {
                var gate = Input + row * 2 * Width;
                SwiGluKernel.Forward(gate, gate + Width, Output + row * Width, Width);
            }
        }
    }

    private unsafe struct Backward : IRowKernel
    {
        public float* Input, OutputGradient, InputGradient;
        public int Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var row = begin; row < end; row++)
            {
                float* gate = Input + row * 2 * Width, dGate = InputGradient + row * 2 * Width;
                SwiGluKernel.Backward(gate, gate + Width, OutputGradient + row * Width, dGate, dGate + Width, Width);
            }
        }
    }
}
