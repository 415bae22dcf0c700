namespace OlmoSharp.Server.Responses;

/// <summary>How many tokens a request took.</summary>
/// <param name="PromptTokens">Tokens of all prompts.</param>
/// <param name="CompletionTokens">Tokens generated.</param>
/// <param name="TotalTokens">Both.</param>
/// <param name="PromptTokensDetails">What the prompts' tokens cost.</param>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);
