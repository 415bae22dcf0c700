namespace OlmoSharp.Server.Requests;

/// <summary>What a text is to continue.</summary>
/// <param name="Param">The parameter that it comes from, for errors.</param>
/// <param name="Ids">Its tokens. Where it came as text, the first is the end-of-text token that a document starts after.</param>
/// <param name="Text">The text that it came as; null where it came as ids.</param>
internal sealed record Prompt(string Param, int[] Ids, string? Text);
