using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;
using static OlmoSharp.Data.Tests.Shards.SampleShards;

namespace OlmoSharp.Data.Tests.Shards;

public class MixtureOrderTests
{
    private static readonly Gen<MixtureShare[]> Shares = Gen.Select(Gen.Long[1, 60], Gen.Double[0.02, 4])
        .Where((count, repetition) => count * repetition >= 0.6)
        .Array[1, 5]
        .Select(shares => shares.Select((share, i) => new MixtureShare($"s{i}", share.Item1, share.Item2)).ToArray());

    [Fact]
    public void Each_epoch_holds_the_rounded_share_of_every_source()
    {
        Gen.Select(Shares, Gen.Long, Gen.Int[0, 3]).Sample(
            (shares, seed, epoch) =>
            {
                var order = new MixtureOrder(shares, seed);
                var instances = Enumerable.Range(0, (int)order.Count).Select(i => order[(epoch * order.Count) + i]).ToArray();
                for (int source = 0; source < shares.Length; source++)
                {
                    double exact = shares[source].Repetition * shares[source].InstanceCount;
                    int actual = instances.Count(instance => instance.Source == source);
                    Assert.InRange(actual, exact - 0.5, exact + 0.5);
                    Assert.Equal(order.CountOf(source), actual);
                }
            },
            iter: 200);
    }

    [Fact]
    public void No_instance_is_ever_seen_twice_more_than_another_of_its_source()
    {
        Gen.Select(Shares, Gen.Long).Sample(
            (shares, seed) =>
            {
                const int Epochs = 5;
                var order = new MixtureOrder(shares, seed);
                int[][] seen = [.. shares.Select(share => new int[share.InstanceCount])];
                for (long i = 0; i < order.Count * Epochs; i++)
                {
                    var instance = order[i];
                    seen[instance.Source][instance.Instance]++;
                }

                for (int source = 0; source < shares.Length; source++)
                {
                    long fewest = order.CountOf(source) * Epochs / shares[source].InstanceCount;
                    Assert.All(seen[source], times => Assert.InRange(times, fewest, fewest + 1));
                }
            },
            iter: 100);
    }

    [Fact]
    public void Half_a_source_takes_the_other_half_in_the_next_epoch()
    {
        var order = new MixtureOrder([new("half", 100, 0.5)], seed: 1);
        long[] first = [.. Enumerable.Range(0, 50).Select(i => order[i].Instance)];
        long[] second = [.. Enumerable.Range(50, 50).Select(i => order[i].Instance)];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), first.Concat(second).Order());
    }

    [Fact]
    public void Sources_are_spread_over_the_epoch()
    {
        var order = new MixtureOrder([new("large", 9000), new("small", 500, 2)], seed: 3);
        for (int part = 0; part < 10; part++)
        {
            int small = Enumerable.Range(part * 1000, 1000).Count(i => order[i].Source == 1);
            // Hypergeometric with mean 100 and deviation 9.
            Assert.InRange(small, 55, 145);
        }
    }

    [Fact]
    public void Mixtures_that_cannot_be_right_are_refused()
    {
        Refused(() => _ = new MixtureOrder([], 1), "no source");
        Refused(() => _ = new MixtureOrder([new("a", 10), new("a", 5)], 1), "two sources named 'a'");
        Refused(() => _ = new MixtureOrder([new("a", 10, 0)], 1), "'a'", "repetition 0");
        Refused(() => _ = new MixtureOrder([new("a", 10, double.NaN)], 1), "'a'", "NaN");
        Refused(() => _ = new MixtureOrder([new("a", 10, 0.04)], 1), "'a'", "no instance");
    }
}
