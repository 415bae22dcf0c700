namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>A message of a chat.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text.</param>
public sealed record EndpointMessage(string Role, string Content);
