namespace OlmoSharp.Evaluation.Metrics.Judging;

/// <summary>
/// The win rate that a model would have if its answers were as long as the reference's (Dubois et al. 2024): a logistic regression of the preference on the difference in length,
/// <c>P(win) = σ(θ + φ·tanh(Δ/sd(Δ)))</c>, of which the length's part is then set to zero. AlpacaEval's term for the difficulty of each instruction, which is fitted over many models at once, is left out:
/// it needs their published preferences. With it, the win rate is a mean over instructions; without it, σ(θ).
/// </summary>
/// <param name="WinRate">The mean preference.</param>
/// <param name="ControlledWinRate">The win rate without the effect of length.</param>
/// <param name="LengthEffect">φ: how much log-odds a much longer answer gains.</param>
/// <param name="Iterations">Steps of the fit.</param>
internal sealed record LengthControl(double WinRate, double ControlledWinRate, double LengthEffect, int Iterations)
{
    // A weak penalty on φ keeps the fit finite where length tells winners from losers without exception.
    private const double Penalty = 1e-2;

    private const int MaximumIterations = 100;

    /// <summary>Fits the regression by Newton's method.</summary>
    /// <param name="preferences">The chance that the model's answer is better, for each instance.</param>
    /// <param name="lengthDifferences">The model's length minus the reference's, in characters or any other unit.</param>
    /// <exception cref="EvaluationException">There are no instances, or the lists do not fit.</exception>
    public static LengthControl Fit(IReadOnlyList<double> preferences, IReadOnlyList<double> lengthDifferences)
    {
        if (preferences.Count == 0 || preferences.Count != lengthDifferences.Count || preferences.Any(preference => !(preference >= 0 && preference <= 1)))
        {
            throw new EvaluationException($"{preferences.Count} preferences from 0 to 1 and {lengthDifferences.Count} differences in length: there must be as many of each, and at least one");
        }

        var average = lengthDifferences.Average();
        var deviation = Math.Sqrt(lengthDifferences.Average(difference => (difference - average) * (difference - average)));
        double[] features = [.. lengthDifferences.Select(difference => deviation == 0 ? 0 : Math.Tanh(difference / deviation))];
        var winRate = preferences.Average();

        // All won or all lost: the log-odds have no finite maximum, and length explains nothing.
        if (winRate is < 1e-6 or > 1 - 1e-6)
        {
            return new LengthControl(winRate, winRate, 0, 0);
        }

        var (theta, phi) = (Math.Log(winRate / (1 - winRate)), 0.0);
        var iteration = 0;
        for (var step = double.PositiveInfinity; iteration < MaximumIterations && step > 1e-12; iteration++)
        {
            var (gradientTheta, gradientPhi, thetaTheta, thetaPhi, phiPhi) = (0.0, -Penalty * phi, 1e-12, 0.0, Penalty);
            for (var i = 0; i < features.Length; i++)
            {
                var p = Sigmoid(theta + (phi * features[i]));
                var weight = p * (1 - p);
                gradientTheta += preferences[i] - p;
                gradientPhi += (preferences[i] - p) * features[i];
                thetaTheta += weight;
                thetaPhi += weight * features[i];
                phiPhi += weight * features[i] * features[i];
            }

            var determinant = (thetaTheta * phiPhi) - (thetaPhi * thetaPhi);
            var moveTheta = ((phiPhi * gradientTheta) - (thetaPhi * gradientPhi)) / determinant;
            var movePhi = ((thetaTheta * gradientPhi) - (thetaPhi * gradientTheta)) / determinant;
            // Far from the maximum a full step may overshoot.
            var damping = Math.Min(1, 2 / Math.Max(Math.Abs(moveTheta), Math.Abs(movePhi)));
            (theta, phi) = (theta + (damping * moveTheta), phi + (damping * movePhi));
            step = Math.Max(Math.Abs(moveTheta), Math.Abs(movePhi));
        }

        return new LengthControl(winRate, Sigmoid(theta), phi, iteration);
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
}
