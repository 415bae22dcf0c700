using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Streaming;

/// <summary>Counts the tokens of a request.</summary>
/// <param name="prompt">Tokens of its prompts.</param>
internal sealed class TokenCount(int prompt)
{
    /// <summary>Tokens generated.</summary>
    public int Generated { get; set; }

    /// <summary>Tokens of the prompts that were not computed again.</summary>
    public int Cached { get; set; }

    /// <summary>What the client is told.</summary>
    public Usage Usage => new(prompt, Generated, prompt + Generated, new(Cached));
}
