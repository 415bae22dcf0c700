namespace OlmoSharp.Server.Requests;

/// <summary>A message of a chat.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What is said.</param>
internal sealed record ChatTurn(string Role, string Content);
