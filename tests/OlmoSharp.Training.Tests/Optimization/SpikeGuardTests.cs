using CsCheck;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;
using Xunit;

namespace OlmoSharp.Training.Tests.Optimization;

public sealed class SpikeGuardTests
{
    private static readonly Gen<(double Loss, double Norm)[]> Figures =
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000], (loss, norm) => (loss / 100.0, norm / 100.0)).Array[1, 60];

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_figure_that_is_not_finite_is_always_skipped_and_forgotten(double loss, double norm)
    {
        foreach (var sigmas in new[] { 0.0, 6 })
        {
            var guard = new SpikeGuard(new SpikeGuardConfig { Window = 8, Sigmas = sigmas });
            Assert.False(guard.Accepts(loss, norm));
            for (var i = 0; i < 20; i++)
            {
                Assert.True(guard.Accepts(1 + i % 2, 1 + i % 3));
                Assert.False(guard.Accepts(loss, norm));
            }

            Assert.Equal(21, guard.Skipped);
        }
    }

    [Fact]
    public void Decisions_are_those_of_the_definition()
        => Gen.Select(Gen.Int[2, 12], Gen.Double[0, 3], Figures).Sample(
            (window, sigmas, figures) =>
            {
                var guard = new SpikeGuard(new SpikeGuardConfig { Window = window, Sigmas = sigmas });
                for (var i = 0; i < figures.Length; i++)
                {
                    // The steps before this one, applied or not, as in OLMo-core.
                    var before = figures[Math.Max(0, i - window)..i];
                    var accepted = guard.Accepts(figures[i].Loss, figures[i].Norm);
                    if (sigmas == 0 || before.Length < Math.Max(2, window / 2))
                    {
                        Assert.True(accepted);
                        continue;
                    }

                    var excess = Math.Max(
                        Excess(figures[i].Loss, [.. before.Select(pair => pair.Loss)]), Excess(figures[i].Norm, [.. before.Select(pair => pair.Norm)]));
                    // Rounding decides on the border itself.
                    Assert.True(Math.Abs(excess) < 1e-6 || accepted == excess < 0, $"step {i} is {excess} above the border, accepted: {accepted}");
                }

                double Excess(double value, double[] earlier)
                {
                    // The sample variance from sums, not from deviations.
                    var n = earlier.Length;
                    var mean = earlier.Sum() / n;
                    return value - mean - sigmas * Math.Sqrt(Math.Max(0, (earlier.Sum(x => x * x) - n * mean * mean) / (n - 1)));
                }
            });

    [Fact]
    public void Six_sigma_above_the_mean_is_the_border()
    {
        // 64 pairs of 1 and 3: mean 2, sample deviation √(128/127).
        var border = 2 + 6 * Math.Sqrt(128.0 / 127);
        Assert.True(AfterPairs().Accepts(border - 1e-9, 2));
        Assert.False(AfterPairs().Accepts(border + 1e-9, 2));
        Assert.True(AfterPairs().Accepts(2, border - 1e-9));
        Assert.False(AfterPairs().Accepts(2, border + 1e-9));
        Assert.True(AfterPairs().Accepts(-1000, 0));

        static SpikeGuard AfterPairs()
        {
            var guard = new SpikeGuard(new SpikeGuardConfig());
            for (var i = 0; i < 128; i++)
            {
                Assert.True(guard.Accepts(1 + i % 2 * 2, 1 + i % 2 * 2));
            }

            return guard;
        }
    }

    [Fact]
    public void A_lasting_rise_does_not_stop_training_for_good()
    {
        var guard = new SpikeGuard(new SpikeGuardConfig { Window = 16 });
        for (var i = 0; i < 16; i++)
        {
            Assert.True(guard.Accepts(2 + 0.01 * (i % 2), 1));
        }

        Assert.False(guard.Accepts(3, 1));
        var accepted = Enumerable.Range(0, 32).Count(i => guard.Accepts(3 + 0.01 * (i % 2), 1));
        Assert.True(accepted >= 16, $"only {accepted} of 32 steps at the new level were applied");
    }

    [Fact]
    public void A_restored_guard_decides_as_the_original()
        => Gen.Select(Gen.Int[2, 10], Figures, Gen.Int[0, 59]).Sample(
            (window, figures, stop) =>
            {
                var config = new SpikeGuardConfig { Window = window, Sigmas = 0.8 };
                var (unbroken, guard) = (new SpikeGuard(config), new SpikeGuard(config));
                for (var i = 0; i < figures.Length; i++)
                {
                    if (i == stop)
                    {
                        var state = guard.State();
                        guard = new SpikeGuard(config);
                        guard.Accepts(100, 100);
                        guard.Restore(state);
                    }

                    Assert.Equal(unbroken.Accepts(figures[i].Loss, figures[i].Norm), guard.Accepts(figures[i].Loss, figures[i].Norm));
                }

                Assert.Equal(unbroken.Skipped, guard.Skipped);
            });
}
