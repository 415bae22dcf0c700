using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;

namespace OlmoSharp.Data.Tests.Shards;

public class SequenceOrderTests
{
    [Fact]
    public void Every_order_is_a_permutation()
    {
        Gen.Select(Gen.Int[1, 5000], Gen.Long, Gen.Long[0, long.MaxValue], Gen.String).Sample(
            (count, seed, epoch, stream) =>
            {
                bool[] seen = new bool[count];
                var order = new SequenceOrder(count, seed, epoch, stream);
                for (int i = 0; i < count; i++)
                {
                    long element = order[i];
                    Assert.InRange(element, 0, count - 1);
                    Assert.False(seen[element], $"{element} twice");
                    seen[element] = true;
                }
            },
            iter: 300);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(17)]
    public void Every_element_is_equally_likely_at_every_position(int count)
    {
        const int Draws = 20_000;
        int[,] seen = new int[count, count];
        for (int seed = 0; seed < Draws; seed++)
        {
            var order = new SequenceOrder(count, seed, 0);
            for (int i = 0; i < count; i++)
            {
                seen[i, order[i]]++;
            }
        }

        double expected = (double)Draws / count;
        double chiSquared = seen.Cast<int>().Sum(times => (times - expected) * (times - expected) / expected);
        // Rows and columns of the counts are fixed, which leaves (n − 1)² degrees of freedom and makes this statistic n / (n − 1) times that of free cells.
        double degrees = (count - 1) * (count - 1);
        double standard = chiSquared * (count - 1) / count;
        Assert.True(standard < degrees + (5 * Math.Sqrt(2 * degrees)) + 5, $"chi-squared {standard:F0} at {degrees} degrees of freedom");
    }

    [Fact]
    public void Seeds_epochs_and_streams_give_unrelated_orders()
    {
        const int Count = 4096;
        SequenceOrder[] orders = [new(Count, 1, 0), new(Count, 2, 0), new(Count, 1, 1), new(Count, 1, 2), new(Count, 1, 0, "web"), new(Count, 1, 0, "wiki")];
        for (int a = 0; a < orders.Length; a++)
        {
            Assert.InRange(Agreements(orders[a], i => i), 0, 9);
            Assert.InRange(Agreements(orders[a], i => Math.Min(i + 1, Count - 1)), 0, 9);
            for (int b = 0; b < a; b++)
            {
                var other = orders[b];
                Assert.InRange(Agreements(orders[a], i => other[i]), 0, 9);
            }
        }

        // Two random permutations agree at one position on average; ten or more have probability 1e-7.
        static int Agreements(SequenceOrder order, Func<int, long> other) => Enumerable.Range(0, Count).Count(i => order[i] == other(i));
    }

    [Fact]
    public void Neighbours_are_not_kept_together()
    {
        const int Count = 10_000;
        var order = new SequenceOrder(Count, 5, 0);
        double meanDistance = Enumerable.Range(0, Count - 1).Average(i => Math.Abs(order[i + 1] - order[i]));
        Assert.InRange(meanDistance, Count / 3.0 * 0.97, Count / 3.0 * 1.03);
    }

    [Theory]
    [InlineData(1_000_000_000_000)]
    [InlineData(long.MaxValue)]
    public void Large_counts_are_in_range_and_distinct(long count)
    {
        var order = new SequenceOrder(count, 1, 0);
        var elements = Enumerable.Range(0, 10_000).Select(i => order[count - 1 - i]).ToHashSet();
        Assert.Equal(10_000, elements.Count);
        Assert.All(elements, element => Assert.InRange(element, 0, count - 1));
    }

    /// <summary>Runs resume with later versions: an order stays. The numbers come from the same network written in another language.</summary>
    [Fact]
    public void Order_never_changes()
    {
        var order = new SequenceOrder(1000, 42, 3);
        Assert.Equal([719L, 737, 265, 226, 159, 350, 402, 726, 914, 712], [.. Enumerable.Range(0, 10).Select(i => order[i])]);
        var large = new SequenceOrder(1_000_000_000_000, -7, 0);
        Assert.Equal([52_051_590_171, 737_805_483_719, 811_926_866_223, 226_761_642_700], [.. Enumerable.Range(0, 4).Select(i => large[i])]);
    }

    [Fact]
    public void Positions_outside_are_refused()
    {
        var order = new SequenceOrder(10, 1, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => order[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => order[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceOrder(0, 1, 0));
    }
}
