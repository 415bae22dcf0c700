namespace OlmoSharp.Server.Responses;

/// <summary>What the tokens of prompts cost.</summary>
/// <param name="CachedTokens">How many were not computed again, because an earlier request began with the same ones.</param>
internal sealed record PromptTokensDetails(int CachedTokens);
