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
    public void Maj_at_k_is_the_mean_over_all_orders_of_all_choices_of_samples() =>
        Gen.Select(Gen.Int[0, 3].Array[1, 6], Gen.Int[0, 15]).Sample((answers, rightAnswers) =>
        {
            List<(int, double)> groups = [.. MajorityVote.Group(answers, (x, y) => x == y).Select(group => (group.Count, Right(answers[group[0]])))];
            var estimates = MajorityVote.Estimate(groups, answers.Length);
            return Enumerable.Range(1, answers.Length).All(k => Math.Abs(
                Orders(answers, k).Average(order => Right(Winner(order))) - estimates[k - 1]) < 1e-12);

            double Right(int answer) => (rightAnswers >> answer) & 1;
        });

    [Fact]
    public void Maj_at_k_holds_for_many_samples()
    {
        // Of 128 samples 65 are right and the others one and the same: all of them are right, one of them as often as the share says.
        var estimates = MajorityVote.Estimate([(65, 1), (63, 0)], 128);
        Assert.Equal(65.0 / 128, estimates[0], 12);
        Assert.Equal(1, estimates[127], 12);
        // Even: by symmetry half of the time, for every k.
        Assert.All(MajorityVote.Estimate([(64, 1), (64, 0)], 128), estimate => Assert.Equal(0.5, estimate, 9));
        Assert.All(MajorityVote.Estimate([.. Enumerable.Range(0, 100).Select(i => (1, i == 7 ? 1.0 : 0.0))], 100), estimate => Assert.Equal(0.01, estimate, 12));
        Assert.Throws<EvaluationException>(() => MajorityVote.Estimate([(2, 1)], 3));
    }

    /// <summary>The answer that most give; of equals, the one given first: GroupBy keeps the order and MaxBy takes the first.</summary>
    private static int Winner(int[] answers) => answers.GroupBy(answer => answer).MaxBy(group => group.Count())!.Key;

    private static IEnumerable<int[]> Orders(int[] items, int count) => count == 0 ? [[]]
        : items.Index().SelectMany(item => Orders([.. items.Where((_, place) => place != item.Index)], count - 1).Select(rest => (int[])[item.Item, .. rest]));
}
