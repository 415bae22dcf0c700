using CsCheck;
using OlmoSharp.Data.Statistics;
using Xunit;

namespace OlmoSharp.Data.Tests.Statistics;

public sealed class ValueSummaryTests
{
    private static readonly Gen<double> Value = Gen.OneOf(Gen.Int[-20, 20].Select(i => (double)i), Gen.Double[-1e6, 1e6], Gen.Double[0, 1]);

    [Fact]
    public void Few_values_have_exact_quantiles() => Gen.Int[-50, 50].Array[1, 300].Sample(values =>
    {
        var summary = Of(values.Select(value => (double)value), 1000);
        var sorted = values.Order().ToArray();
        Assert.True(summary.IsExact);
        Assert.Equal(sorted.Average(), summary.Mean, 1e-9);
        foreach (var share in new[] { 0, 0.05, 0.5, 0.9, 1 })
        {
            // The definition itself: the lowest value that at least that share of all does not exceed.
            Assert.Equal(sorted.First(value => sorted.Count(other => other <= value) >= share * sorted.Length), summary.Quantile(share));
        }
    }, iter: 200);

    [Fact]
    public void Many_values_have_quantiles_within_a_group() => Value.Array[50, 400].Sample(values =>
    {
        var summary = Of(values, 20);
        var sorted = values.Order().ToArray();
        Assert.Equal((sorted[0], sorted[^1], sorted.Length), (summary.Min, summary.Max, (int)summary.Count));
        foreach (var share in new[] { 0.01, 0.25, 0.5, 0.75, 0.99 })
        {
            var exact = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
            Assert.InRange(summary.Quantile(share), exact - Math.Abs(exact) / 128 - 1e-300, exact + Math.Abs(exact) / 128 + 1e-300);
        }
    }, iter: 200);

    [Fact]
    public void Merging_gives_what_all_values_give_in_any_order() => Gen.Select(Value.Array[0, 60], Value.Array[0, 60], Value.Array[0, 60]).Sample((a, b, c) =>
    {
        var whole = Of([.. a, .. b, .. c], 40);
        var merged = new ValueSummary(40);
        foreach (var part in new[] { c, a, b })
        {
            merged.Merge(Of(part, 40));
        }

        Assert.Equal((whole.Count, whole.Min, whole.Max, whole.IsExact), (merged.Count, merged.Min, merged.Max, merged.IsExact));
        Assert.Equal(whole.Counts, merged.Counts);
        Assert.Equal(whole.Sum, merged.Sum, 1e-3);
    }, iter: 300);

    [Fact]
    public void A_histogram_has_every_value_in_its_bar() => Value.Array[2, 100].Sample(values =>
    {
        var summary = Of(values, 1000);
        var bars = summary.Histogram(10);
        Assert.Equal(values.Length, bars.Sum(bar => bar.Count));
        for (var i = 0; i < bars.Count; i++)
        {
            var (bar, isLast) = (bars[i], i == bars.Count - 1);
            Assert.Equal(values.Count(value => value >= bar.Low && (value < bar.High || isLast)), bar.Count);
        }
    }, iter: 200);

    private static ValueSummary Of(IEnumerable<double> values, int most)
    {
        var summary = new ValueSummary(most);
        foreach (var value in values)
        {
            summary.Add(value);
        }

        return summary;
    }
}
