using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class ExpertAssignmentTests
{
    [Fact]
    public void Choices_are_sorted_by_expert_and_stay_in_order_within_one()
        => Gen.Select(Gen.Int[0, 40], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int).Sample(
            (tokens, choices, experts, seed) =>
            {
                using var scope = NewDisposeScope();
                var random = new Random(seed);
                long[] list = [.. Enumerable.Range(0, tokens * choices).Select(_ => (long)random.Next(experts))];
                var assignment = ExpertAssignment.Sort(tensor(list, [tokens, choices]), experts);
                long[] expected = [.. Enumerable.Range(0, list.Length).OrderBy(choice => list[choice]).Select(choice => (long)choice)];
                Assert.Equal(expected, assignment.Order.data<long>().ToArray());
                Assert.Equal(Enumerable.Range(0, list.Length).Select(choice => (long)Array.IndexOf(expected, choice)), assignment.Places.data<long>().ToArray());
                Assert.Equal(Enumerable.Range(0, experts).Select(expert => (long)list.Count(choice => choice == expert)), assignment.Counts);
            },
            iter: 100, threads: 1);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void A_choice_of_no_expert_is_refused(long choice)
    {
        using var scope = NewDisposeScope();
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => ExpertAssignment.Sort(tensor([0, choice], [1, 2]), 3));
        Assert.Contains("3 experts", exception.Message, StringComparison.Ordinal);
    }
}
