using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Torch.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// The experts of a sparse layer, each a SwiGLU feed-forward layer, on the tokens that chose them: Σ_j w_tj · expert_e(t,j)(x_t). On the
/// CPU in float32 a block of an expert's tokens goes through gather, product, gate and product on one thread while it is in that core's
/// cache; elsewhere composed of grouped products and permutations.
/// </summary>
public static class FusedExperts
{
    /// <summary>Computes.</summary>
    /// <param name="input">[tokens, hidden].</param>
    /// <param name="gateAndUp">[experts · 2 · width, hidden] of the input's dtype: gate rows of expert 0, its up rows, then expert 1's.</param>
    /// <param name="down">[experts · hidden, width] of the input's dtype.</param>
    /// <param name="weights">[tokens, choices], float32: factor of each choice.</param>
    /// <param name="assignment">The experts of the choices.</param>
    /// <returns>[tokens, hidden].</returns>
    public static Tensor Apply(Tensor input, Tensor gateAndUp, Tensor down, Tensor weights, ExpertAssignment assignment)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(assignment.Counts.Sum(), weights.numel(), nameof(assignment));
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.shape[0], input.shape[0], nameof(weights));
        if (TensorMemory.Serves(input) && TensorMemory.Serves(gateAndUp))
        {
            // Inside a function gradients are switched off, so whether they are wanted is asked here.
            var differentiate = is_grad_enabled()
                && (input.requires_grad || gateAndUp.requires_grad || down.requires_grad || weights.requires_grad);
            return Function.apply(input, gateAndUp, down, weights, assignment.Order, assignment.Places, assignment.Counts, differentiate);
        }

        var (order, places) = (assignment.Order, assignment.Places);
        var choices = weights.shape[1];
        using Scalar perToken = choices;
        var sorted = PermutedRows.Apply(input, order.div(perToken, RoundingMode.floor), places);
        var gated = FusedSwiGlu.Apply(GroupedLinear.Apply(sorted, gateAndUp, assignment.Counts));
        var outputs = PermutedRows.Apply(GroupedLinear.Apply(gated, down, assignment.Counts), places, order);
        return (weights.to_type(input.dtype).unsqueeze(-1) * outputs.view(input.shape[0], choices, -1)).sum(1);
    }

    /// <summary>Consecutive places of one expert.</summary>
    private readonly record struct Block(int Expert, long Begin, int Rows);

    /// <summary>Rows of a weight's gradient, which all tokens of an expert add to.</summary>
    private readonly record struct Tile(int Expert, long Begin, int Rows, bool IsDown, int FirstRow, int WeightRows);

    /// <summary>
    /// Splits into parts of about 512: each product packs its whole right factor, so that small parts cost rate, and large ones leave
    /// threads without work. The number of threads plays no part, because products of other sizes round differently.
    /// </summary>
    private static IEnumerable<(int Begin, int Count)> Parts(long size)
    {
        var parts = Math.Max(1, (size + 256) / 768);
        return Enumerable.Range(0, (int)parts).Select(part => ((int)(size * part / parts), (int)(size * (part + 1) / parts - size * part / parts)));
    }

    private static IEnumerable<Block> Groups(IReadOnlyList<long> counts)
    {
        long begin = 0;
        for (var expert = 0; expert < counts.Count; begin += counts[expert], expert++)
        {
            if (counts[expert] > 0)
            {
                yield return new(expert, begin, checked((int)counts[expert]));
            }
        }
    }

    private static readonly bool[] Both = [false, true];

    /// <summary>Largest first, so that threads come to the end together.</summary>
    private static Block[] Blocks(IReadOnlyList<long> counts)
        => [.. from expert in Groups(counts) from part in Parts(expert.Rows) orderby part.Count descending
               select new Block(expert.Expert, expert.Begin + part.Begin, part.Count)];

    private static Tile[] Tiles(IReadOnlyList<long> counts, int hidden, int width)
        => [.. from expert in Groups(counts) from isDown in Both from part in Parts(isDown ? hidden : 2 * width)
               orderby (long)expert.Rows * part.Count * (isDown ? width : hidden) descending
               select new Tile(expert.Expert, expert.Begin, expert.Rows, isDown, part.Begin, part.Count)];

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(FusedExperts);

        public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            Tensor input = ((Tensor)vars[0]).Dense(), gateAndUp = ((Tensor)vars[1]).Dense(), down = ((Tensor)vars[2]).Dense();
            Tensor weights = ((Tensor)vars[3]).Dense(), order = (Tensor)vars[4], places = (Tensor)vars[5];
            var counts = (IReadOnlyList<long>)vars[6];
            var (tokens, hidden, choices) = (input.shape[0], (int)input.shape[1], (int)weights.shape[1]);
            var width = (int)down.shape[1];
            var projected = empty(tokens * choices, 2 * width);
            using var outputs = empty(tokens * choices, hidden);
            var blocks = Blocks(counts);
            var workers = ParallelTasks.Workers(blocks.Length, 6.0 * tokens * choices * hidden * width);
            var largest = blocks.Select(block => block.Rows).DefaultIfEmpty(0).Max();
            using Tensor gathered = empty(workers, largest, hidden), gated = empty(workers, largest, width);
            fixed (Block* list = blocks)
            {
                ParallelTasks.Run(
                    new Forward
                    {
                        Blocks = list,
                        Order = order.Pointer<long>(),
                        Input = input.Pointer<float>(),
                        GateAndUp = gateAndUp.Pointer<float>(),
                        Down = down.Pointer<float>(),
                        Projected = projected.Pointer<float>(),
                        Outputs = outputs.Pointer<float>(),
                        Gathered = gathered.Pointer<float>(),
                        Gated = gated.Pointer<float>(),
                        Hidden = hidden,
                        Width = width,
                        Choices = choices,
                        Largest = largest,
                    },
                    blocks.Length,
                    workers);
            }

            var result = empty_like(input);
            ParallelRows.Run(
                new Combine
                {
                    Rows = outputs.Pointer<float>(),
                    Places = places.Pointer<long>(),
                    Weights = weights.Pointer<float>(),
                    Output = result.Pointer<float>(),
                    Width = hidden,
                    Choices = choices,
                },
                tokens,
                grain: 16);
            if ((bool)vars[7])
            {
                ctx.save_for_backward([input, gateAndUp, down, weights, order, places, projected]);
                ctx.save_data("counts", counts);
            }

            return result;
        }

        public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            var saved = ctx.get_saved_variables();
            Tensor input = saved[0], gateAndUp = saved[1], down = saved[2], weights = saved[3], order = saved[4], places = saved[5], projected = saved[6];
            var counts = (IReadOnlyList<long>)ctx.get_data("counts");
            var dy = grad_output.Dense();
            var (tokens, hidden, choices) = (input.shape[0], (int)input.shape[1], (int)weights.shape[1]);
            var width = (int)down.shape[1];
            var (dProjected, weighted, dGathered) = (empty_like(projected), empty(tokens * choices, width), empty(tokens * choices, hidden));
            var (dInput, dWeights) = (empty_like(input), empty_like(weights));
            // Experts without tokens have no gradient.
            var hasIdle = counts.Contains(0);
            var (dGateAndUp, dDown) = hasIdle ? (zeros_like(gateAndUp), zeros_like(down)) : (empty_like(gateAndUp), empty_like(down));
            var blocks = Blocks(counts);
            var operations = 6.0 * tokens * choices * hidden * width;
            var workers = ParallelTasks.Workers(blocks.Length, operations);
            var largest = blocks.Select(block => block.Rows).DefaultIfEmpty(0).Max();
            using (var gathered = empty(workers, largest, hidden))
            {
                fixed (Block* list = blocks)
                {
                    ParallelTasks.Run(
                        new Backward
                        {
                            Blocks = list,
                            Order = order.Pointer<long>(),
                            OutputGradient = dy.Pointer<float>(),
                            GateAndUp = gateAndUp.Pointer<float>(),
                            Down = down.Pointer<float>(),
                            Weights = weights.Pointer<float>(),
                            Projected = projected.Pointer<float>(),
                            ProjectedGradient = dProjected.Pointer<float>(),
                            Weighted = weighted.Pointer<float>(),
                            GatheredGradient = dGathered.Pointer<float>(),
                            WeightsGradient = dWeights.Pointer<float>(),
                            Gathered = gathered.Pointer<float>(),
                            Hidden = hidden,
                            Width = width,
                            Choices = choices,
                            Largest = largest,
                        },
                        blocks.Length,
                        workers);
                }
            }

            ParallelRows.Run(
                new Combine
                {
                    Rows = dGathered.Pointer<float>(),
                    Places = places.Pointer<long>(),
                    Output = dInput.Pointer<float>(),
                    Width = hidden,
                    Choices = choices,
                },
                tokens,
                grain: 16);
            dGathered.Dispose();
            var tiles = Tiles(counts, hidden, width);
            workers = ParallelTasks.Workers(tiles.Length, operations);
            var most = counts.Max();
            using (var gathered = empty(workers, most, hidden))
            {
                fixed (Tile* list = tiles)
                {
                    ParallelTasks.Run(
                        new WeightGradient
                        {
                            Tiles = list,
                            Order = order.Pointer<long>(),
                            Input = input.Pointer<float>(),
                            OutputGradient = dy.Pointer<float>(),
                            ProjectedGradient = dProjected.Pointer<float>(),
                            Weighted = weighted.Pointer<float>(),
                            GateAndUpGradient = dGateAndUp.Pointer<float>(),
                            DownGradient = dDown.Pointer<float>(),
                            Gathered = gathered.Pointer<float>(),
                            Hidden = hidden,
                            Width = width,
                            Choices = choices,
                            Largest = most,
                        },
                        tiles.Length,
                        workers);
                }
            }

            saved.ForEach(tensor => tensor.Dispose());
            return ReturnedGradients.Return(dInput, dGateAndUp, dDown, dWeights, null, null, null, null);
        }
    }

    /// <summary>Copies the rows of the tokens that the choices belong to.</summary>
    private static unsafe void Gather(float* source, long* order, long rows, int choices, int width, float* target)
    {
        for (var row = 0L; row < rows; row++)
        {
            NativeMemory.Copy(source + order[row] / choices * width, target + row * width, (nuint)width * sizeof(float));
        }
    }

    private unsafe struct Forward : ITaskKernel
    {
        public Block* Blocks;
        public long* Order;
        public float* Input, GateAndUp, Down, Projected, Outputs, Gathered, Gated;
        public int Hidden, Width, Choices, Largest;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly bool TryRun(long task, long worker)
        {
            var block = Blocks[task];
            DenseMatrix
                x = new(Gathered + worker * Largest * Hidden, block.Rows, Hidden),
                projected = new(Projected + block.Begin * 2 * Width, block.Rows, 2 * Width),
                gated = new(Gated + worker * Largest * Width, block.Rows, Width),
                gateAndUp = new(GateAndUp + (long)block.Expert * 2 * Width * Hidden, 2 * Width, Hidden),
                down = new(Down + (long)block.Expert * Hidden * Width, Hidden, Width);
            Gather(Input, Order + block.Begin, block.Rows, Choices, Hidden, x.Data);
            if (!MatrixProduct.TryMultiply(x, gateAndUp.Transposed, projected))
            {
                return false;
            }

            for (var row = 0; row < block.Rows; row++)
            {
                var gate = projected.Data + (long)row * 2 * Width;
                SwiGluKernel.Forward(gate, gate + Width, gated.Data + (long)row * Width, Width);
            }

            return MatrixProduct.TryMultiply(gated, down.Transposed, new(Outputs + block.Begin * Hidden, block.Rows, Hidden));
        }
    }

    /// <summary>
    /// Gradients of a block's tokens and weights. With dy the gradient of the weighted sum and a the gated activations, that of a weight is
    /// dy · (W a) = (Wᵀ dy) · a, so that neither the experts' outputs nor a need to be kept.
    /// </summary>
    private unsafe struct Backward : ITaskKernel
    {
        public Block* Blocks;
        public long* Order;
        public float* OutputGradient, GateAndUp, Down, Weights, Projected, ProjectedGradient, Weighted, GatheredGradient, WeightsGradient, Gathered;
        public int Hidden, Width, Choices, Largest;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly bool TryRun(long task, long worker)
        {
            var block = Blocks[task];
            DenseMatrix
                dy = new(Gathered + worker * Largest * Hidden, block.Rows, Hidden),
                dGated = new(Weighted + block.Begin * Width, block.Rows, Width),
                dProjected = new(ProjectedGradient + block.Begin * 2 * Width, block.Rows, 2 * Width),
                gateAndUp = new(GateAndUp + (long)block.Expert * 2 * Width * Hidden, 2 * Width, Hidden),
                down = new(Down + (long)block.Expert * Hidden * Width, Hidden, Width);
            Gather(OutputGradient, Order + block.Begin, block.Rows, Choices, Hidden, dy.Data);
            if (!MatrixProduct.TryMultiply(dy, down, dGated))
            {
                return false;
            }

            for (var place = block.Begin; place < block.Begin + block.Rows; place++)
            {
                float* gate = Projected + place * 2 * Width, dGate = ProjectedGradient + place * 2 * Width, dz = Weighted + place * Width;
                WeightsGradient[Order[place]] = SwiGluKernel.WeightedBackward(
                    gate, gate + Width, Weights[Order[place]], dz, dGate, dGate + Width, dz, Width);
            }

            return MatrixProduct.TryMultiply(dProjected, gateAndUp, new(GatheredGradient + block.Begin * Hidden, block.Rows, Hidden));
        }
    }

    private unsafe struct WeightGradient : ITaskKernel
    {
        public Tile* Tiles;
        public long* Order;
        public float* Input, OutputGradient, ProjectedGradient, Weighted, GateAndUpGradient, DownGradient, Gathered;
        public int Hidden, Width, Choices;
        public long Largest;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly bool TryRun(long task, long worker)
        {
            var tile = Tiles[task];
            DenseMatrix gathered = new(Gathered + worker * Largest * Hidden, tile.Rows, Hidden);
            Gather(tile.IsDown ? OutputGradient : Input, Order + tile.Begin, tile.Rows, Choices, Hidden, gathered.Data);
            if (tile.IsDown)
            {
                DenseMatrix weighted = new(Weighted + tile.Begin * Width, tile.Rows, Width);
                DenseMatrix gradient = new(DownGradient + ((long)tile.Expert * Hidden + tile.FirstRow) * Width, tile.WeightRows, Width);
                return MatrixProduct.TryMultiply(gathered.Columns(tile.FirstRow, tile.WeightRows).Transposed, weighted, gradient);
            }
            else
            {
                DenseMatrix dProjected = new(ProjectedGradient + tile.Begin * 2 * Width, tile.Rows, 2 * Width);
                DenseMatrix gradient = new(GateAndUpGradient + ((long)tile.Expert * 2 * Width + tile.FirstRow) * Hidden, tile.WeightRows, Hidden);
                return MatrixProduct.TryMultiply(dProjected.Columns(tile.FirstRow, tile.WeightRows).Transposed, gathered, gradient);
            }
        }
    }

    /// <summary>Adds up the rows of each token's choices, times their weights where there are any.</summary>
    private unsafe struct Combine : IRowKernel
    {
        public float* Rows, Weights, Output;
        public long* Places;
        public int Width, Choices;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            for (var token = begin; token < end; token++)
            {
                var output = Output + token * Width;
                for (var choice = token * Choices; choice < (token + 1) * Choices; choice++)
                {
                    Add(Rows + Places[choice] * Width, Weights == null ? 1 : Weights[choice], output, isFirst: choice == token * Choices);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Add(float* row, float weight, float* output, bool isFirst)
        {
            var w = Vector256.Create(weight);
            var i = 0;
            for (; i <= Width - 8; i += 8)
            {
                var before = isFirst ? default : Vector256.Load(output + i);
                Vector256.FusedMultiplyAdd(Vector256.Load(row + i), w, before).Store(output + i);
            }

            for (; i < Width; i++)
            {
                output[i] = MathF.FusedMultiplyAdd(row[i], weight, isFirst ? 0 : output[i]);
            }
        }
    }
}
