using CsCheck;
using OlmoSharp.Data.Mixing;
using Xunit;

namespace OlmoSharp.Data.Tests.Mixing;

/// <summary>The published mixes of Dolmino (billions of tokens), from their sources' sizes.</summary>
public sealed class MixtureSolverTests
{
    private static readonly (string Name, double Pool)[] Pools =
        [("DCLM", 752), ("FLAN", 17.08), ("math", 10.69), ("wiki", 3.66), ("peS2o", 58.55), ("StackExchange", 1.26)];

    public static TheoryData<double, double[], double[], double[]> Published => new()
    {
        { 51.5, [24.31, 8.54, 10.69, 3.66, 3.01, 1.26], [47.2, 16.6, 20.8, 7.1, 5.8, 2.4], [0.032, 0.5, 1, 1, 0.0514, 1] },
        { 112.9, [51.47, 17.08, 24.79, 7.32, 9.76, 2.52], [45.6, 15.1, 22.0, 6.5, 8.6, 2.2], [0.068, 1, 2.319, 2, 0.1667, 2] },
        { 311.4, [156.26, 34.16, 42.77, 14.64, 58.55, 5.04], [50.2, 11.0, 13.7, 4.7, 18.8, 1.6], [0.208, 2, 4, 4, 1, 4] },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Tokens_give_the_published_shares_and_repetitions(double total, double[] tokens, double[] percent, double[] repetitions)
    {
        var shares = MixtureSolver.Solve(null, Sources(tokens.Select(amount => (double?)amount * 1e9), 4.01));
        Assert.Equal(total, shares.Sum(share => share.Tokens) / 1e9, 0.11);
        Assert.All(shares.Zip(percent), pair => Assert.Equal(pair.Second, 100 * pair.First.Fraction, 0.1));
        Assert.All(shares.Zip(repetitions), pair => Assert.Equal(pair.Second, pair.First.Repetition, 0.005 * Math.Max(1, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Published_percentages_give_the_published_tokens(double total, double[] tokens, double[] percent, double[] repetitions)
    {
        Assert.Equal(6, repetitions.Length);
        var shares = MixtureSolver.Solve(total * 1e9, Sources(percent.Select(share => (double?)share / 100), 4.5));
        Assert.All(shares.Zip(tokens), pair => Assert.Equal(pair.Second, pair.First.Tokens / 1e9, 0.0015 * total));
        Assert.Equal(1, shares.Sum(share => share.Fraction), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void A_source_without_target_takes_the_rest(double total, double[] tokens, double[] percent, double[] repetitions)
    {
        Assert.Equal(percent.Length, repetitions.Length);
        var shares = MixtureSolver.Solve(total * 1e9, Sources(tokens.Select((amount, index) => index == 0 ? null : (double?)amount * 1e9), 4.01));
        Assert.Equal(tokens[0], shares[0].Tokens / 1e9, 0.2);
    }

    [Fact]
    public void A_mix_without_enough_text_is_refused_with_the_numbers()
    {
        var error = Assert.Throws<DataException>(() => MixtureSolver.Solve(null, Sources([51.47e9, 17.08e9, 10.69e9, 7.32e9, 9.76e9, 1.26e9], 1)));
        Assert.Contains("wiki has 3.66 B tokens; 7.32 B are asked for at most 1 repetition (it would take 2)", error.Message);
        Assert.DoesNotContain("FLAN has", error.Message);
        var all = Assert.Throws<DataException>(() => MixtureSolver.Solve(null, Sources([156e9, 34.16e9, 42.77e9, 14.64e9, 58.55e9, 5.04e9], 1.5))).Message;
        Assert.Equal(4, all.Split(" are asked for at most 1.5 repetitions").Length - 1);
    }

    [Fact]
    public void Targets_that_do_not_add_up_are_refused_with_the_numbers()
    {
        Assert.Contains("the targets are 9.70 B tokens, 97% of the total of 10.0 B", Fails(10e9, new("a", 9e9, 0.5), new("b", 9e9, 4.7e9)));
        Assert.Contains("the targets are 12.0 B tokens, 120% of the total of 10.0 B", Fails(10e9, new("a", 9e9, 0.5), new("b", 9e9, 7e9), new("c", 1e9)));
        Assert.Contains("a has no target, but there is no total", Fails(null, new MixtureSource("a", 9e9)));
        Assert.Contains("a has a share as its target, but there is no total", Fails(null, new MixtureSource("a", 9e9, 0.5)));
        Assert.Contains("7.00 B tokens are left for b (2.00 B tokens, at most 2 repetitions), which can give 4.00 B", Fails(10e9, new("a", 9e9, 3e9), new("b", 2e9, null, 2)));
        Assert.Contains("nothing is left for b", Fails(9e9, new("a", 9e9, 9e9), new("b", 2e9)));
        Assert.Contains("b has no tokens", Fails(9e9, new("a", 9e9, 9e9), new("b", 0)));
        Assert.Contains("two sources named a", Fails(9e9, new("a", 9e9, 9e9), new("a", 1)));

        static string Fails(double? total, params MixtureSource[] sources) => Assert.Throws<DataException>(() => MixtureSolver.Solve(total, sources)).Message;
    }

    [Fact]
    public void What_is_left_is_shared_by_size_up_to_each_limit()
    {
        // 60 are left for 10, 20 and 50: 7.5, 15 and 37.5 by size, but the second may give only 10, so the others share 50 as 10 to 50.
        var shares = MixtureSolver.Solve(100, [new("fixed", 40, 40), new("a", 10, null, 5), new("b", 20, null, 0.5), new("c", 50, null, 1)]);
        Assert.Equal([40, 8.3333, 10, 41.6667], shares.Select(share => Math.Round(share.Tokens, 4)));
        Gen.Double[1, 1000].Array[1, 6].Select(Gen.Double[0.01, 0.99]).Sample(
            (pools, part) =>
            {
                var sources = pools.Select((pool, index) => new MixtureSource($"{index}", pool, null, 1 + (index % 3))).ToList();
                var most = sources.Sum(source => source.Tokens * source.MaxRepetition);
                var mixed = MixtureSolver.Solve(part * most, sources);
                Assert.Equal(part * most, mixed.Sum(share => share.Tokens), 1e-6 * most);
                Assert.All(mixed, share => Assert.InRange(share.Repetition, 0, share.Source.MaxRepetition + 1e-9));

                // Nobody who is below the limit comes more rarely than another.
                var open = mixed.Where(share => share.Repetition < share.Source.MaxRepetition - 1e-6).ToList();
                Assert.All(mixed, share => Assert.True(open.Count == 0 || share.Repetition <= open[0].Repetition + 1e-6));
            },
            iter: 200);
    }

    [Theory]
    [InlineData(3.66e9, "3.66 B")]
    [InlineData(752e9, "752 B")]
    [InlineData(3.084e12, "3.08 T")]
    [InlineData(999_600, "1.00 M")]
    [InlineData(43, "43")]
    public void Amounts_are_shown_as_in_tables(double tokens, string expected) => Assert.Equal(expected, TokenAmount.Show(tokens));

    private static List<MixtureSource> Sources(IEnumerable<double?> targets, double repetitions) =>
        [.. Pools.Zip(targets, (pool, target) => new MixtureSource(pool.Name, pool.Pool * 1e9, target, repetitions))];
}
