namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>A token with its log-probability.</summary>
/// <param name="Text">Its text.</param>
/// <param name="LogProbability">Natural logarithm; null for the first token of an echoed prompt.</param>
/// <param name="Top">The most probable tokens in its place; empty where the service gives none.</param>
public sealed record EndpointToken(string Text, double? LogProbability, IReadOnlyDictionary<string, double> Top)
{
    /// <summary>Where it begins in the text, in code points; null where the service does not say.</summary>
    public int? Offset { get; init; }
}
