namespace OlmoSharp.Data.Mixing;

/// <summary>A source as the solver sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tokens">Tokens it has.</param>
/// <param name="Target">Up to 1, the share of the mix; more, a number of tokens; null: a part of what the others leave.</param>
/// <param name="MaxRepetition">How often a token may come at most.</param>
public sealed record MixtureSource(string Name, double Tokens, double? Target = null, double MaxRepetition = 1);
