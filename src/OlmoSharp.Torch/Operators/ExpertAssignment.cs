using OlmoSharp.Torch.Kernels;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// Which expert does what: the choices of all tokens, number t · choices + j for choice j of token t, sorted by expert and, within an
/// expert, by number.
/// </summary>
/// <param name="Order">[tokens · choices], int64: the choice at each place of the sorted list.</param>
/// <param name="Places">[tokens · choices], int64: the place of each choice, the inverse permutation.</param>
/// <param name="Counts">Choices of each expert.</param>
public sealed record ExpertAssignment(Tensor Order, Tensor Places, IReadOnlyList<long> Counts)
{
    /// <summary>Sorts choices by expert.</summary>
    /// <param name="choices">[tokens, choices], int64: experts.</param>
    /// <param name="experts">Number of experts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A choice names no expert.</exception>
    public static unsafe ExpertAssignment Sort(Tensor choices, int experts)
    {
        using var scope = NewDisposeScope();
        // The counts are needed here in any case, and a counting sort is one pass.
        var local = choices.reshape(-1).cpu().Dense();
        var list = new ReadOnlySpan<long>(local.Pointer<long>(), checked((int)local.numel()));
        var counts = new long[experts];
        foreach (var expert in list)
        {
            if ((ulong)expert >= (ulong)experts)
            {
                throw new ArgumentOutOfRangeException(nameof(choices), expert, $"a choice names none of the {experts} experts");
            }

            counts[expert]++;
        }

        var next = new long[experts];
        for (var expert = 1; expert < experts; expert++)
        {
            next[expert] = next[expert - 1] + counts[expert - 1];
        }

        var (order, places) = (empty_like(local), empty_like(local));
        long* orderMemory = order.Pointer<long>(), placesMemory = places.Pointer<long>();
        for (var i = 0; i < list.Length; i++)
        {
            var place = next[list[i]]++;
            orderMemory[place] = i;
            placesMemory[i] = place;
        }

        return new(order.to(choices.device).MoveToOuterDisposeScope(), places.to(choices.device).MoveToOuterDisposeScope(), counts);
    }
}
