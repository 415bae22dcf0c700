namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>What to generate, in the terms of the OpenAI API.</summary>
public sealed record EndpointRequest
{
    /// <summary>The most tokens to generate.</summary>
    public required int MaximumTokens { get; init; }

    /// <summary>0 always takes the most probable token.</summary>
    public double Temperature { get; init; }

    /// <summary>Choose among the most probable tokens that add up to this.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Texts that end the answer.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>The same seed gives the same text where the service can do that; null: not sent.</summary>
    public long? Seed { get; init; }

    /// <summary>Log-probabilities of each token and of this many of the most probable in its place; null: none.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>Whether a completion begins with its prompt, log-probabilities too: with no tokens to generate, that scores a text. Completions only.</summary>
    public bool Echo { get; init; }
}
