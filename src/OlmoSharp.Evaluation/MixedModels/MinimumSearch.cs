namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>Finds a minimum of a smooth function of a few variables without derivatives (Nelder and Mead 1965).</summary>
internal static class MinimumSearch
{
    /// <summary>Searches, and again from what was found until nothing is gained.</summary>
    /// <param name="function">The function.</param>
    /// <param name="start">Where to begin.</param>
    public static double[] Run(Func<double[], double> function, double[] start)
    {
        const double enough = 1e-10;
        var best = start;
        for (double value = function(best), gain = double.PositiveInfinity; gain > enough;)
        {
            best = Once(function, best);
            var found = function(best);
            (gain, value) = (value - found, found);
        }

        return best;
    }

    private static double[] Once(Func<double[], double> function, double[] start)
    {
        const double step = 0.5, precision = 1e-13;
        const int most = 2000;
        var points = Enumerable.Range(0, start.Length + 1).Select(i => (At: start.Select((x, j) => x + (j == i - 1 ? step : 0)).ToArray(), Value: 0.0)).ToArray();
        for (var i = 0; i < points.Length; i++)
        {
            points[i].Value = function(points[i].At);
        }

        for (var round = 0; round < most; round++)
        {
            Array.Sort(points, (a, b) => a.Value.CompareTo(b.Value));
            var size = points.Max(point => point.At.Zip(points[0].At, (x, y) => Math.Abs(x - y)).Max());
            if (size < 1e-9 || (points[^1].Value - points[0].Value <= precision * Math.Abs(points[0].Value) && size < 1e-5))
            {
                break;
            }

            var centre = Enumerable.Range(0, start.Length).Select(j => points[..^1].Average(point => point.At[j])).ToArray();
            var reflected = Towards(centre, points[^1].At, -1);
            if (reflected.Value < points[0].Value)
            {
                var further = Towards(centre, points[^1].At, -2);
                points[^1] = further.Value < reflected.Value ? further : reflected;
            }
            else if (reflected.Value < points[^2].Value)
            {
                points[^1] = reflected;
            }
            else
            {
                var nearer = reflected.Value < points[^1].Value ? Towards(centre, points[^1].At, -0.5) : Towards(centre, points[^1].At, 0.5);
                if (nearer.Value < Math.Min(reflected.Value, points[^1].Value))
                {
                    points[^1] = nearer;
                }
                else
                {
                    for (var i = 1; i < points.Length; i++)
                    {
                        points[i] = Towards(points[0].At, points[i].At, 0.5);
                    }
                }
            }
        }

        return points.MinBy(point => point.Value).At;

        (double[] At, double Value) Towards(double[] from, double[] to, double share)
        {
            var at = from.Zip(to, (x, y) => x + share * (y - x)).ToArray();
            return (at, function(at));
        }
    }
}
