using CsCheck;
using OlmoSharp.Training.Config;
using Xunit;

namespace OlmoSharp.Training.Tests.Config;

public sealed class ScheduleConfigTests
{
    [Theory]
    [InlineData(DecayShape.Cosine, 0.1, 1, 0.25)]
    [InlineData(DecayShape.Cosine, 0.1, 4, 1)]
    [InlineData(DecayShape.Cosine, 0.1, 8, 0.55)]
    [InlineData(DecayShape.Cosine, 0.1, 6, 0.1 + 0.9 * 0.853553390593273762)]
    [InlineData(DecayShape.Cosine, 0.1, 12, 0.1)]
    [InlineData(DecayShape.Linear, 0.1, 2, 0.5)]
    [InlineData(DecayShape.Linear, 0.1, 6, 0.775)]
    [InlineData(DecayShape.Linear, 0, 12, 0)]
    [InlineData(DecayShape.Linear, 0, 11, 0.125)]
    [InlineData(DecayShape.Constant, 0.1, 12, 1)]
    public void Twelve_steps_with_four_of_warmup(DecayShape shape, double final, long step, double expected)
        => Assert.Equal(expected, new ScheduleConfig { Decay = shape, WarmupSteps = 4, FinalFraction = final }.Factor(step, 12), 1e-12);

    [Fact]
    public void Rises_to_the_peak_and_falls_to_the_final_fraction()
        => Gen.Select(Gen.Int[0, 50], Gen.Int[1, 100], Gen.Double[0, 1], Gen.Int[0, 2]).Sample(
            (warmup, decay, final, shape) =>
            {
                var schedule = new ScheduleConfig { Decay = (DecayShape)shape, WarmupSteps = warmup, FinalFraction = final };
                var factors = Enumerable.Range(1, warmup + decay).Select(step => schedule.Factor(step, warmup + decay)).ToArray();
                for (var i = 0; i < warmup; i++)
                {
                    Assert.Equal((i + 1.0) / warmup, factors[i], 1e-12);
                }

                // After warmup every step is as much below the one before as the closed form says, and never above it.
                for (var i = warmup; i < factors.Length; i++)
                {
                    Assert.True(factors[i] <= (i == 0 ? 1 : factors[i - 1]) + 1e-12);
                    var part = (double)(i + 1 - warmup) / decay;
                    // cos² of half the angle is another way to write half a cosine wave.
                    var left = schedule.Decay switch { DecayShape.Cosine => Math.Pow(Math.Cos(Math.PI / 2 * part), 2), DecayShape.Linear => 1 - part, _ => double.NaN };
                    Assert.Equal(schedule.Decay == DecayShape.Constant ? 1 : final * (1 - left) + left, factors[i], 1e-12);
                }
            });

    [Fact]
    public void A_decay_laid_out_beyond_the_run_stops_early_and_one_shorter_stays_at_its_end()
    {
        var longer = new ScheduleConfig { Decay = DecayShape.Linear, WarmupSteps = 10, FinalFraction = 0, DecaySteps = 110 };
        Assert.Equal(0.6, longer.Factor(50, 50), 1e-12);
        var shorter = longer with { DecaySteps = 20 };
        Assert.Equal(0.5, shorter.Factor(15, 50), 1e-12);
        Assert.Equal(0, shorter.Factor(20, 50), 1e-12);
        Assert.Equal(0, shorter.Factor(50, 50), 1e-12);
    }

    [Fact]
    public void Every_factor_lies_between_zero_and_one()
        => Gen.Select(Gen.Long[0, 100], Gen.Long[0, 100], Gen.Double[0, 1], Gen.Int[0, 2], Gen.Long[1, 200], Gen.Long[1, 200]).Sample(
            (warmup, decay, final, shape, step, steps) => Assert.InRange(
                new ScheduleConfig { Decay = (DecayShape)shape, WarmupSteps = warmup, FinalFraction = final, DecaySteps = decay }.Factor(step, steps), 0, 1));
}
