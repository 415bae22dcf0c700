namespace OlmoSharp.Evaluation.Judging;

/// <summary>
/// The win rate that a model would have if its answers were as long as the reference's (Dubois et al. 2024, arXiv 2404.04475): a logistic regression of the preference on the difference in
/// length, <c>P(win) = σ(θ + φ·tanh(Δ/sd(Δ)))</c>, of which the length's part is then set to zero. sd is the sample standard deviation, lengths are code points, as in AlpacaEval 2.
/// </summary>
/// <remarks>
/// What AlpacaEval's program has besides: a term for the difficulty of each instruction, published for its own 805 against its own judge; the answers of two models that were told to be terse and
/// verbose as further data; and an L1 penalty chosen by cross-validation. Here the penalty is weak and only keeps the fit finite. With the term, the win rate is a mean over instructions; without it, σ(θ).
/// </remarks>
/// <param name="WinRate">The mean preference.</param>
/// <param name="ControlledWinRate">The win rate without the effect of length.</param>
/// <param name="StandardError">The controlled win rate's standard error: the robust (sandwich) one of θ, by the slope of σ there; null for one instance.</param>
/// <param name="LengthEffect">φ: how much log-odds a much longer answer gains.</param>
/// <param name="Iterations">Steps of the fit.</param>
internal sealed record LengthControl(double WinRate, double ControlledWinRate, double? StandardError, double LengthEffect, int Iterations)
{
    // A weak penalty on φ keeps the fit finite where length tells winners from losers without exception.
    private const double Penalty = 1e-2;

    private const int MaximumIterations = 100;

    /// <summary>Fits the regression by Newton's method.</summary>
    /// <param name="preferences">The chance that the model's answer is better, for each instance.</param>
    /// <param name="lengthDifferences">The model's length minus the reference's.</param>
    /// <exception cref="EvaluationException">There are no instances, or the lists do not fit.</exception>
    public static LengthControl Fit(IReadOnlyList<double> preferences, IReadOnlyList<double> lengthDifferences)
    {
        if (preferences.Count == 0 || preferences.Count != lengthDifferences.Count || preferences.Any(preference => !(preference >= 0 && preference <= 1)))
        {
            throw new EvaluationException($"{preferences.Count} preferences from 0 to 1 and {lengthDifferences.Count} differences in length: there must be as many of each, and at least one");
        }

        var count = preferences.Count;
        var average = lengthDifferences.Average();
        var deviation = Math.Sqrt(lengthDifferences.Sum(difference => (difference - average) * (difference - average)) / Math.Max(1, count - 1));
        double[] features = [.. lengthDifferences.Select(difference => deviation == 0 ? 0 : Math.Tanh(difference / deviation))];
        var winRate = preferences.Average();

        // All won or all lost: the log-odds have no finite maximum, and length explains nothing.
        if (winRate is < 1e-6 or > 1 - 1e-6)
        {
            return new LengthControl(winRate, winRate, count == 1 ? null : 0, 0, 0);
        }

        var (theta, phi) = (Math.Log(winRate / (1 - winRate)), 0.0);
        var iteration = 0;
        for (var step = double.PositiveInfinity; iteration < MaximumIterations && step > 1e-12; iteration++)
        {
            var (gradient, curvature) = Derivatives(preferences, features, theta, phi);
            var (moveTheta, movePhi) = curvature.Solve(gradient.Theta, gradient.Phi);
            // Far from the maximum a full step may overshoot.
            var damping = Math.Min(1, 2 / Math.Max(Math.Abs(moveTheta), Math.Abs(movePhi)));
            (theta, phi) = (theta + (damping * moveTheta), phi + (damping * movePhi));
            step = Math.Max(Math.Abs(moveTheta), Math.Abs(movePhi));
        }

        var controlled = Sigmoid(theta);
        return new LengthControl(winRate, controlled, count == 1 ? null : controlled * (1 - controlled) * ErrorOfTheta(preferences, features, theta, phi), phi, iteration);
    }

    private static ((double Theta, double Phi) Gradient, Curvature Curvature) Derivatives(IReadOnlyList<double> preferences, double[] features, double theta, double phi)
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

        return ((gradientTheta, gradientPhi), new Curvature(thetaTheta, thetaPhi, phiPhi));
    }

    /// <summary>√(e₁ᵀ A⁻¹ (Σ sᵢsᵢᵀ) A⁻¹ e₁ · n/(n−1)), A the curvature and sᵢ the gradient of one instance: without an effect of length, the error of a mean.</summary>
    private static double ErrorOfTheta(IReadOnlyList<double> preferences, double[] features, double theta, double phi)
    {
        var (_, curvature) = Derivatives(preferences, features, theta, phi);
        var (rowTheta, rowPhi) = curvature.Solve(1, 0);
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
        {
            var influence = (preferences[i] - Sigmoid(theta + (phi * features[i]))) * (rowTheta + (rowPhi * features[i]));
            sum += influence * influence;
        }

        return Math.Sqrt(sum * features.Length / (features.Length - 1));
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    private readonly record struct Curvature(double ThetaTheta, double ThetaPhi, double PhiPhi)
    {
        public (double Theta, double Phi) Solve(double theta, double phi)
        {
            var determinant = (ThetaTheta * PhiPhi) - (ThetaPhi * ThetaPhi);
            return (((PhiPhi * theta) - (ThetaPhi * phi)) / determinant, ((ThetaTheta * phi) - (ThetaPhi * theta)) / determinant);
        }
    }
}
