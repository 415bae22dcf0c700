namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>How often one model's answer was preferred to another's.</summary>
/// <param name="Model">The one.</param>
/// <param name="Other">The other.</param>
/// <param name="Wins">Preferred.</param>
/// <param name="Losses">The other preferred.</param>
/// <param name="Ties">Neither.</param>
public sealed record PairWins(string Model, string Other, int Wins, int Losses, int Ties)
{
    /// <summary>The share of wins, ties counted half.</summary>
    public double WinRate => (Wins + 0.5 * Ties) / (Wins + Losses + Ties);
}
