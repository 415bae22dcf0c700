using OlmoSharp.Torch.Kernels;
using TorchSharp;
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
    /// <exception cref="ArgumentOutOfRangeException">A choice names no expert (checked on the CPU).</exception>
    public static ExpertAssignment Sort(Tensor choices, int experts)
    {
        using var scope = NewDisposeScope();
        var list = choices.reshape(-1);
        var (order, places, counts) = list.device_type == DeviceType.CPU ? CountingSort(list.Dense(), experts) : SortOnDevice(list, experts);
        scope.MoveToOuter(order, places);
        return new(order, places, counts);
    }

    private static unsafe (Tensor Order, Tensor Places, long[] Counts) CountingSort(Tensor choices, int experts)
    {
        var list = new ReadOnlySpan<long>(choices.Pointer<long>(), checked((int)choices.numel()));
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

        var (order, places) = (empty_like(choices), empty_like(choices));
        long* orderMemory = order.Pointer<long>(), placesMemory = places.Pointer<long>();
        for (var i = 0; i < list.Length; i++)
        {
            var place = next[list[i]]++;
            orderMemory[place] = i;
            placesMemory[i] = place;
        }

        return (order, places, counts);
    }

    private static (Tensor Order, Tensor Places, long[] Counts) SortOnDevice(Tensor choices, int experts)
    {
        var numbers = arange(choices.shape[0], dtype: ScalarType.Int64, device: choices.device);
        // Distinct keys keep the choices of an expert in their order, whatever the sort does with equal ones.
        var order = (choices * choices.shape[0] + numbers).argsort();
        return (order, empty_like(order).scatter_(0, order, numbers), [.. choices.bincount(null, experts).cpu().data<long>()]);
    }
}
