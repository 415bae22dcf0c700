namespace OlmoSharp.Analysis.Charts;

/// <summary>Thins a drawn line to what the eye can tell apart, keeping every spike.</summary>
internal static class LineThinner
{
    /// <summary>
    /// Keeps, of every run of points whose x rounds down to the same multiple of <paramref name="width"/>, the first, lowest, highest and last.
    /// </summary>
    /// <param name="points">Points in drawing units, x ascending, all finite.</param>
    /// <param name="width">Width of a column, in drawing units.</param>
    public static List<ChartPoint> Thin(IReadOnlyList<ChartPoint> points, double width)
    {
        var kept = new List<ChartPoint>();
        for (int start = 0, end; start < points.Count; start = end)
        {
            var column = Math.Floor(points[start].X / width);
            var (lowest, highest) = (start, start);
            for (end = start + 1; end < points.Count && Math.Floor(points[end].X / width) == column; end++)
            {
                lowest = points[end].Y < points[lowest].Y ? end : lowest;
                highest = points[end].Y > points[highest].Y ? end : highest;
            }

            kept.AddRange(new SortedSet<int> { start, lowest, highest, end - 1 }.Select(i => points[i]));
        }

        return kept;
    }
}
