namespace OlmoSharp.Server.Responses;

/// <summary>Log-probabilities in the form of <c>/v1/chat/completions</c>.</summary>
/// <param name="Content">Of each token.</param>
internal sealed record ChatLogProbabilities(IReadOnlyList<ChatTokenLogProbability> Content)
{
    /// <summary>Models here do not refuse in a field of its own.</summary>
    public IReadOnlyList<ChatTokenLogProbability>? Refusal { get; }
}
