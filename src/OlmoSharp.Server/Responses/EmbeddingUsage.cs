namespace OlmoSharp.Server.Responses;

/// <summary>How many tokens embeddings took.</summary>
/// <param name="PromptTokens">Tokens of all inputs.</param>
/// <param name="TotalTokens">The same.</param>
internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);
