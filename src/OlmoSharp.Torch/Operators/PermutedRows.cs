using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// Copies of a matrix's rows in another order. Unlike indexing, which must add up gradients row by row, both directions are gathers:
/// the inverse permutation brings the gradients of a row's copies side by side.
/// </summary>
public static class PermutedRows
{
    /// <summary>Gathers.</summary>
    /// <param name="input">[rows, width].</param>
    /// <param name="source">[rows · copies], int64: the row at each place; every row occurs equally often.</param>
    /// <param name="places">[rows · copies], int64: the places of row 0's copies, then those of row 1's, and so on.</param>
    /// <returns>[rows · copies, width].</returns>
    public static Tensor Apply(Tensor input, Tensor source, Tensor places) => Function.apply(input, source, places);

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(PermutedRows);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (input, places) = ((Tensor)vars[0], (Tensor)vars[2]);
            ctx.save_for_backward([places]);
            ctx.save_data("rows", input.shape[0]);
            return input.index_select(0, (Tensor)vars[1]);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using var scope = NewDisposeScope();
            using var places = ctx.get_saved_variables()[0];
            var rows = (long)ctx.get_data("rows");
            var gathered = grad_output.index_select(0, places);
            var copies = places.shape[0] / rows;
            var gradient = copies == 1 ? gathered : gathered.view(rows, copies, -1).sum(1);
            return ReturnedGradients.Return(gradient, null, null);
        }
    }
}
