using CsCheck;
using OlmoSharp.Data.Tokens;
using Xunit;

namespace OlmoSharp.Data.Tests.Tokens;

public class DocumentOrderTests
{
    [Fact]
    public void No_two_documents_have_the_same_key() =>
        Gen.Select(Gen.Long, Gen.Bool, Gen.Select(Gen.Int[0, 999], Gen.Long[1, 1L << 39]).Array[1, 50]).Sample((seed, isShuffled, positions) =>
        {
            var order = new DocumentOrder(seed, isShuffled, 1000);
            var keys = positions.Select(position => (position, Key: order.Key(position.Item1, position.Item2))).Distinct().ToList();
            Assert.Equal(positions.Distinct().Count(), keys.Select(pair => pair.Key).Distinct().Count());
            if (!isShuffled)
            {
                Assert.Equal(keys.OrderBy(pair => pair.position), keys.OrderBy(pair => pair.Key));
            }
        });

    [Fact]
    public void Keys_of_neighbours_are_spread_evenly()
    {
        var order = new DocumentOrder(1, isShuffled: true, files: 10);
        var counts = new int[16];
        for (var line = 1; line <= 16_000; line++)
        {
            counts[order.Key(line % 10, line) >> 60]++;
        }

        // Chi-squared with 15 degrees of freedom is above 44 once in 10,000 times.
        Assert.True(counts.Sum(count => Math.Pow(count - 1000, 2) / 1000) < 44);
    }

    [Theory]
    [InlineData(true, 0L)]
    [InlineData(true, 5_000_000L)]
    [InlineData(false, 5_000_000L)]
    public void Ranges_hold_every_key_once_and_in_order(bool isShuffled, long documents)
    {
        var order = new DocumentOrder(2, isShuffled, files: 7);
        var ranges = order.Ranges(documents).ToList();
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.Last + 1, pair.Second.First));
        Assert.Equal(isShuffled ? (int)(documents >> 20) + 1 : 7, ranges.Count);
        Assert.Equal(0UL, ranges[0].First);
        Assert.True(ranges[^1].Last >= order.Key(6, 1L << 39));
        Assert.Equal(isShuffled, ranges[^1].Last == ulong.MaxValue);
    }
}
