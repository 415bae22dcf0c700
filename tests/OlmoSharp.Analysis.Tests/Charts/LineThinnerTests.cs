using CsCheck;
using OlmoSharp.Analysis.Charts;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Charts;

public class LineThinnerTests
{
    [Fact]
    public void Every_column_keeps_its_range_and_its_ends() => Gen.Select(Gen.Double[0.0, 30.0], Gen.Int[-5, 5]).Array[0, 200].Sample(pairs =>
    {
        var points = pairs.Select(pair => new ChartPoint(pair.Item1, pair.Item2)).OrderBy(point => point.X).ToList();
        var thinned = LineThinner.Thin(points, 2);
        var rest = points.GetEnumerator();
        Assert.All(thinned, kept =>
        {
            while (rest.MoveNext() && rest.Current != kept)
            {
            }

            Assert.Equal(kept, rest.Current);
        });
        var columns = points.GroupBy(Column).ToList();
        Assert.Equal(columns.Select(column => column.Key), thinned.Select(Column).Distinct());
        foreach (var column in columns)
        {
            var kept = thinned.Where(point => Column(point) == column.Key).ToList();
            Assert.InRange(kept.Count, 1, 4);
            Assert.Equal((column.First(), column.Last()), (kept[0], kept[^1]));
            Assert.Equal((column.Min(point => point.Y), column.Max(point => point.Y)), (kept.Min(point => point.Y), kept.Max(point => point.Y)));
        }

        static double Column(ChartPoint point) => Math.Floor(point.X / 2);
    });
}
