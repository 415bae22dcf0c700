namespace OlmoSharp.Analysis.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">The points, in the order of their x.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points)
{
    /// <summary>
    /// Half the width, in points, of the centred mean that is drawn as the line, with the points themselves faint behind it; 0 draws the points.
    /// At the start the window shrinks on both sides, because curves are steep there; at the end on the far side only, because the last value should be a mean.
    /// </summary>
    public int SmoothingRadius { get; init; }

    /// <summary>The points of the smoothed line. A value that is not finite stays as it is and enters no mean.</summary>
    public IReadOnlyList<ChartPoint> Smoothed()
    {
        if (SmoothingRadius == 0)
        {
            return Points;
        }

        var sums = new double[Points.Count + 1];
        var counts = new int[Points.Count + 1];
        for (var i = 0; i < Points.Count; i++)
        {
            var isFinite = double.IsFinite(Points[i].Y);
            sums[i + 1] = sums[i] + (isFinite ? Points[i].Y : 0);
            counts[i + 1] = counts[i] + (isFinite ? 1 : 0);
        }

        return
        [
            .. Points.Select((point, i) =>
            {
                var radius = Math.Min(SmoothingRadius, i);
                var (low, high) = (i - radius, Math.Min(i + radius + 1, Points.Count));
                return double.IsFinite(point.Y) ? point with { Y = (sums[high] - sums[low]) / (counts[high] - counts[low]) } : point;
            }),
        ];
    }
}
