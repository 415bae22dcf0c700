using CsCheck;
using OlmoSharp.Inference.Sampling;
using Xunit;

namespace OlmoSharp.Inference.Tests.Sampling;

public class RankSelectionTests
{
    // Few different values, so that ties are common.
    private static readonly Gen<float[]> GenLogits = Gen.OneOf(
        Gen.Float[-30, 30], Gen.Int[-3, 3].Select(value => (float)value), Gen.Const(-0f), Gen.Const(0f), Gen.Const(float.NegativeInfinity)).Array[1, 60];

    [Fact]
    public void The_first_by_count_are_those_of_a_stable_sort() => Gen.Select(GenLogits, Gen.Int[1, 60]).Sample((logits, count) =>
    {
        count = Math.Min(count, logits.Length);
        var border = new RankSelection().Find(logits, [], (ulong)count);
        Assert.Equal(Ranked(logits).Take(count).Order(), Taken(logits, border));
    });

    [Fact]
    public void The_first_by_weight_are_the_fewest_that_reach_the_target() => Gen.Select(GenLogits, Gen.Double[0, 1]).Sample((logits, share) =>
    {
        var weights = logits.Select(logit => float.IsNegativeInfinity(logit) ? 0 : (ulong)(1000 * (logit + 31))).ToArray();
        var total = weights.Aggregate(0UL, (sum, weight) => sum + weight);
        if (total == 0)
        {
            return;
        }

        var target = Math.Clamp((ulong)(share * total), 1, total);
        var border = new RankSelection().Find(logits, weights, target);
        List<int> expected = [];
        var sum = 0UL;
        foreach (var id in Ranked(logits).TakeWhile(_ => sum < target))
        {
            expected.Add(id);
            sum += weights[id];
        }

        Assert.Equal(expected.Order(), Taken(logits, border));
    });

    private static IEnumerable<int> Ranked(float[] logits) => Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]);

    private static List<int> Taken(float[] logits, RankBorder border) => [.. Enumerable.Range(0, logits.Length).Where(id => border.Takes(logits[id]))];
}
