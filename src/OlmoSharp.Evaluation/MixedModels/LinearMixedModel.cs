namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>
/// A linear mixed-effects model with any number of crossed random intercepts: y = Xβ + Σ Z_k b_k + ε, fitted by restricted maximum likelihood. The criterion is profiled over β and σ and computed
/// from penalized least squares (Bates, Mächler, Bolker and Walker 2015, "Fitting linear mixed-effects models using lme4", equations 34 to 42); degrees of freedom are Satterthwaite's
/// (Kuznetsova, Brockhoff and Christensen 2017). Matrices are dense: for hundreds of levels, not many thousands.
/// </summary>
public sealed class LinearMixedModel
{
    // Below this share of the sum of squares, what is left is rounding.
    private const double LeastShare = 1e-12;

    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<(string Name, int Levels)> _factors;
    private readonly int _observations;
    private readonly int[] _factorOf;
    private readonly double[,] _zz;
    private readonly double[,] _zx;
    private readonly double[] _zy;
    private readonly double[,] _xx;
    private readonly double[] _xy;
    private readonly double _yy;

    private LinearMixedModel(IReadOnlyList<double> response, IReadOnlyList<string> names, IReadOnlyList<double[]> design, IReadOnlyList<GroupingFactor> factors)
    {
        (_names, _observations) = (names, response.Count);
        var columns = new List<Dictionary<string, int>>();
        var size = 0;
        foreach (var factor in factors)
        {
            columns.Add(factor.Levels.Distinct().Order(StringComparer.Ordinal).Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => pair.i + size));
            size += columns[^1].Count;
        }

        _factors = [.. factors.Zip(columns, (factor, levels) => (factor.Name, levels.Count))];
        _factorOf = [.. columns.SelectMany((levels, k) => Enumerable.Repeat(k, levels.Count))];
        var width = names.Count;
        (_zz, _zx, _zy, _xx, _xy) = (new double[size, size], new double[size, width], new double[size], new double[width, width], new double[width]);
        for (var row = 0; row < _observations; row++)
        {
            var (x, y) = (design[row], response[row]);
            var own = factors.Select((factor, k) => columns[k][factor.Levels[row]]).ToArray();
            _yy += y * y;
            for (var i = 0; i < width; i++)
            {
                _xy[i] += x[i] * y;
                for (var j = 0; j < width; j++)
                {
                    _xx[i, j] += x[i] * x[j];
                }
            }

            foreach (var z in own)
            {
                _zy[z] += y;
                for (var i = 0; i < width; i++)
                {
                    _zx[z, i] += x[i];
                }

                foreach (var other in own)
                {
                    _zz[z, other]++;
                }
            }
        }
    }

    /// <summary>Fits a model.</summary>
    /// <param name="response">The response, one of each observation.</param>
    /// <param name="names">The names of the fixed effects.</param>
    /// <param name="design">For each observation, the value of each fixed effect; an intercept is a column of ones.</param>
    /// <param name="factors">The random intercepts, at least one.</param>
    /// <exception cref="EvaluationException">There are too few observations, or fixed effects cannot be told apart.</exception>
    public static MixedModelFit Fit(IReadOnlyList<double> response, IReadOnlyList<string> names, IReadOnlyList<double[]> design, IReadOnlyList<GroupingFactor> factors)
    {
        if (factors.Count == 0 || response.Count != design.Count || factors.Any(factor => factor.Levels.Count != response.Count) || design.Any(row => row.Length != names.Count))
        {
            throw new ArgumentException("response, design and factors must have a row for each observation, and there must be a factor");
        }

        if (response.Count <= names.Count + 1)
        {
            throw new EvaluationException($"a mixed-effects model of {names.Count} fixed effects needs more than {names.Count + 1} observations; there are {response.Count}");
        }

        return new LinearMixedModel(response, names, design, factors).Fit();
    }

    private MixedModelFit Fit()
    {
        _ = Solve([.. _factors.Select(_ => 1.0)]) ?? throw new EvaluationException(
            $"the fixed effects ({string.Join(", ", _names)}) cannot be told apart by these observations; leave out one that others determine");
        var theta = MinimumSearch.Run(values => Solve(values)?.Criterion ?? double.PositiveInfinity, [.. _factors.Select(_ => 1.0)]).Select(Math.Abs).ToArray();

        // A minimum on the border is one where the data show no such effect.
        for (var k = 0; k < theta.Length; k++)
        {
            var without = theta.Select((value, i) => i == k ? 0 : value).ToArray();
            if (theta[k] < 1e-3 && Solve(without)!.Criterion <= Solve(theta)!.Criterion + 1e-7)
            {
                theta = without;
            }
        }

        var solution = Solve(theta)!;
        if (solution.Squares <= LeastShare * _yy)
        {
            throw new EvaluationException("the effects explain every observation, so that nothing is left to estimate their errors from");
        }

        var sigma = Math.Sqrt(solution.Squares / (_observations - _names.Count));
        var degrees = Degrees(theta, sigma);
        return new(
            _observations,
            [.. _names.Select((name, i) => new FixedEffect(name, solution.Beta[i], sigma * Math.Sqrt(solution.Unscaled[i, i]), degrees[i]))],
            [.. _factors.Select((factor, k) => new RandomEffect(factor.Name, factor.Levels, theta[k] * sigma))], sigma, solution.Criterion);
    }

    /// <summary>Penalized least squares for given relative standard deviations; null where the design is singular.</summary>
    private Solution? Solve(double[] theta)
    {
        var (size, width) = (_factorOf.Length, _names.Count);
        var scale = _factorOf.Select(k => Math.Abs(theta[k])).ToArray();
        var inner = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                inner[i, j] = scale[i] * _zz[i, j] * scale[j] + (i == j ? 1 : 0);
            }
        }

        var lower = SquareMatrix.Cholesky(inner)!;
        var cu = new double[size];
        for (var i = 0; i < size; i++)
        {
            cu[i] = scale[i] * _zy[i];
        }

        SquareMatrix.SolveLower(lower, cu);
        var rzx = new double[width][];
        for (var column = 0; column < width; column++)
        {
            rzx[column] = [.. Enumerable.Range(0, size).Select(i => scale[i] * _zx[i, column])];
            SquareMatrix.SolveLower(lower, rzx[column]);
        }

        var reduced = new double[width, width];
        var beta = new double[width];
        for (var i = 0; i < width; i++)
        {
            beta[i] = _xy[i] - Dot(rzx[i], cu);
            for (var j = 0; j < width; j++)
            {
                reduced[i, j] = _xx[i, j] - Dot(rzx[i], rzx[j]);
            }
        }

        if (SquareMatrix.Cholesky(reduced) is not { } rx)
        {
            return null;
        }

        SquareMatrix.SolveLower(rx, beta);
        var squares = Math.Max(_yy - Dot(cu, cu) - Dot(beta, beta), LeastShare * _yy);
        SquareMatrix.SolveUpper(rx, beta);
        var determinants = SquareMatrix.LogDeterminant(lower) + SquareMatrix.LogDeterminant(rx);
        var free = _observations - width;
        return new(beta, SquareMatrix.Inverse(rx), squares, determinants, determinants + free * (1 + Math.Log(2 * Math.PI * squares / free)));
    }

    /// <summary>Satterthwaite's degrees of freedom: 2v²/Var(v) of each variance v, by derivatives in the standard deviations.</summary>
    private double[] Degrees(double[] theta, double sigma)
    {
        int[] free = [.. Enumerable.Range(0, theta.Length).Where(k => theta[k] > 0), theta.Length];
        double[] all = [.. theta, sigma];
        var steps = free.Select(k => 1e-4 * Math.Max(all[k], 1e-2)).ToArray();
        var hessian = new double[free.Length, free.Length];
        for (var i = 0; i < free.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                hessian[i, j] = hessian[j, i] = i == j
                    ? (Deviance((i, 1)) - 2 * Deviance() + Deviance((i, -1))) / (steps[i] * steps[i])
                    : (Deviance((i, 1), (j, 1)) - Deviance((i, 1), (j, -1)) - Deviance((i, -1), (j, 1)) + Deviance((i, -1), (j, -1))) / (4 * steps[i] * steps[j]);
            }
        }

        if (SquareMatrix.Cholesky(hessian) is not { } lower)
        {
            return [.. _names.Select(_ => double.NaN)];
        }

        var covariance = SquareMatrix.Inverse(lower);
        return
        [
            .. Enumerable.Range(0, _names.Count).Select(effect =>
            {
                var gradient = free.Select((_, i) => (Variance(effect, (i, 1)) - Variance(effect, (i, -1))) / (2 * steps[i])).ToArray();
                var spread = 0.0;
                for (var i = 0; i < free.Length; i++)
                {
                    for (var j = 0; j < free.Length; j++)
                    {
                        spread += 2 * gradient[i] * covariance[i, j] * gradient[j];
                    }
                }

                var variance = Variance(effect);
                return 2 * variance * variance / spread;
            }),
        ];

        double[] Moved(ReadOnlySpan<(int Place, int Sign)> moves)
        {
            double[] moved = [.. all];
            foreach (var (place, sign) in moves)
            {
                moved[free[place]] += sign * steps[place];
            }

            return moved;
        }

        double Deviance(params ReadOnlySpan<(int Place, int Sign)> moves)
        {
            var at = Moved(moves);
            var solution = Solve(at[..^1])!;
            return solution.Determinants + (_observations - _names.Count) * Math.Log(2 * Math.PI * at[^1] * at[^1]) + solution.Squares / (at[^1] * at[^1]);
        }

        double Variance(int effect, params ReadOnlySpan<(int Place, int Sign)> moves)
        {
            var at = Moved(moves);
            return at[^1] * at[^1] * Solve(at[..^1])!.Unscaled[effect, effect];
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private sealed record Solution(double[] Beta, double[,] Unscaled, double Squares, double Determinants, double Criterion);
}
