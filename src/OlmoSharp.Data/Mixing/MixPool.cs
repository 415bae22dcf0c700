namespace OlmoSharp.Data.Mixing;

/// <summary>What is known of a source's size.</summary>
/// <param name="Tokens">Tokens of the whole source.</param>
/// <param name="Evidence">How that is known.</param>
public sealed record MixPool(double Tokens, string Evidence);
