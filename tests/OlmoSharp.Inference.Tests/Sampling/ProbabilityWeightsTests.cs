using CsCheck;
using OlmoSharp.Inference.Sampling;
using Xunit;

namespace OlmoSharp.Inference.Tests.Sampling;

public class ProbabilityWeightsTests
{
    [Fact]
    public void Weights_are_exp_to_the_last_unit() => Gen.Select(Gen.Float[-60, 20].Array[1, 40], Gen.Double[0.05, 3]).Sample((logits, temperature) =>
    {
        var largest = logits.Max();
        var weights = new ulong[logits.Length];
        var total = ProbabilityWeights.Fill(logits, largest, temperature, weights);
        Assert.Equal(weights.Aggregate(0UL, (sum, weight) => sum + weight), total);
        for (var i = 0; i < logits.Length; i++)
        {
            var exact = Math.Exp((logits[i] - (double)largest) / temperature) * ProbabilityWeights.Largest;
            Assert.InRange(weights[i], exact * (1 - 1e-14) - 0.51, exact * (1 + 1e-14) + 0.51);
        }

        Assert.Equal(ProbabilityWeights.Largest, weights[Array.IndexOf(logits, largest)]);
    });

    [Fact]
    public void What_is_impossible_weighs_nothing()
    {
        var weights = new ulong[3];
        Assert.Equal(ProbabilityWeights.Largest, ProbabilityWeights.Fill([float.NegativeInfinity, 3, float.MinValue], 3, 1e-310, weights));
        Assert.Equal([0UL, ProbabilityWeights.Largest, 0UL], weights);
    }
}
