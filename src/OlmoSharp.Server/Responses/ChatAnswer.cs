namespace OlmoSharp.Server.Responses;

/// <summary>A message of the assistant.</summary>
/// <param name="Content">What it says.</param>
internal sealed record ChatAnswer(string Content)
{
    /// <summary>Who speaks.</summary>
    public string Role { get; } = "assistant";

    /// <summary>Models here do not refuse in a field of its own.</summary>
    public string? Refusal { get; }
}
