using CsCheck;
using OlmoSharp.Evaluation.Metrics.Samples;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Samples;

public sealed class SamplesTests
{
    [Fact]
    public void Pass_at_k_is_the_share_of_subsets_with_a_right_sample() =>
        Gen.Int[1, 9].SelectMany(n => Gen.Select(Gen.Const(n), Gen.Int[0, n], Gen.Int[1, n])).Sample((n, c, k) =>
        {
            // Counted: of all subsets of k of n samples, the first c being right.
            var subsets = Enumerable.Range(0, 1 << n).Where(subset => int.PopCount(subset) == k).ToList();
            var any = subsets.Count(subset => (subset & ((1 << c) - 1)) != 0) / (double)subsets.Count;
            var all = subsets.Count(subset => (subset & ~((1 << c) - 1)) == 0) / (double)subsets.Count;
            return Math.Abs(PassAtK.Estimate(n, c, k) - any) < 1e-12 && Math.Abs(PassAtK.EstimateAll(n, c, k) - all) < 1e-12;
        });

    [Fact]
    public void Pass_at_k_holds_for_many_samples() => Assert.Equal(1 - (0.9 * 899 / 999), PassAtK.Estimate(1000, 100, 2), 12);

    [Theory]
    [InlineData(5, 2, 6)]
    [InlineData(5, 6, 1)]
    [InlineData(5, -1, 1)]
    [InlineData(5, 1, 0)]
    public void Too_few_samples_are_refused(int samples, int correct, int k) =>
        Assert.Throws<EvaluationException>(() => PassAtK.Estimate(samples, correct, k));

    [Fact]
    public void The_majority_wins_and_of_equals_the_first()
    {
        Assert.Equal("b", MajorityVote.Winner(["a", "b", "b", "a", "a"], 3));
        Assert.Equal("a", MajorityVote.Winner(["a", "b", "b", "a"], 4));
        Assert.Equal("1/2", MajorityVote.Winner(["7", "1/2", "0.5", "3"], 4, (x, y) => x == y || (x, y) is ("1/2", "0.5")));
        Assert.Throws<EvaluationException>(() => MajorityVote.Winner(["a"], 2));
    }
}
