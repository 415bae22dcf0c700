using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// One matrix product for each group of consecutive rows with that group's own weight: what the experts of a sparse layer do with
/// tokens sorted by expert. Products are written in place into one result, forward and back.
/// </summary>
public static class GroupedLinear
{
    /// <summary>Row r of group g becomes weight_g · row r.</summary>
    /// <param name="input">[rows, in], the rows of group 0 first.</param>
    /// <param name="weight">[groups · out, in] of the input's dtype, the weight of group 0 first.</param>
    /// <param name="sizes">Rows of each group; together all rows.</param>
    /// <returns>[rows, out].</returns>
    public static Tensor Apply(Tensor input, Tensor weight, IReadOnlyList<long> sizes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sizes.Sum(), input.shape[0], nameof(sizes));
        return Function.apply(input, weight, sizes);
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(GroupedLinear);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (input, weight, sizes) = ((Tensor)vars[0], (Tensor)vars[1], (IReadOnlyList<long>)vars[2]);
            var width = weight.shape[0] / sizes.Count;
            var output = empty([input.shape[0], width], input.dtype, input.device);
            foreach (var group in Groups(sizes))
            {
                using var scope = NewDisposeScope();
                output.narrow(0, group.Begin, group.Size)
                    .addmm_(input.narrow(0, group.Begin, group.Size), weight.narrow(0, group.Index * width, width).t(), beta: 0, alpha: 1);
            }

            ctx.save_for_backward([input, weight]);
            ctx.save_data("sizes", sizes);
            return output;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            var (input, weight) = (saved[0], saved[1]);
            var sizes = (IReadOnlyList<long>)ctx.get_data("sizes");
            var width = weight.shape[0] / sizes.Count;
            var dx = empty_like(input);
            // Groups without rows have no gradient.
            var dw = sizes.Contains(0) ? zeros_like(weight) : empty_like(weight);
            foreach (var group in Groups(sizes))
            {
                using var scope = NewDisposeScope();
                var dy = grad_output.narrow(0, group.Begin, group.Size);
                dx.narrow(0, group.Begin, group.Size).addmm_(dy, weight.narrow(0, group.Index * width, width), beta: 0, alpha: 1);
                dw.narrow(0, group.Index * width, width).addmm_(dy.t(), input.narrow(0, group.Begin, group.Size), beta: 0, alpha: 1);
            }

            saved.ForEach(tensor => tensor.Dispose());
            return ReturnedGradients.Return(dx, dw, null);
        }

        private static IEnumerable<(int Index, long Begin, long Size)> Groups(IReadOnlyList<long> sizes)
        {
            long begin = 0;
            for (var i = 0; i < sizes.Count; begin += sizes[i], i++)
            {
                if (sizes[i] > 0)
                {
                    yield return (i, begin, sizes[i]);
                }
            }
        }
    }
}
