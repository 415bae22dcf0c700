namespace OlmoSharp.Tokenization;

/// <summary>A token whose string is found in the text before it is split, rather than built by merges.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">Its string.</param>
internal sealed record AddedToken(int Id, string Content)
{
    /// <summary>Whether it is a mark for the model rather than a part of the text.</summary>
    public bool IsSpecial { get; init; }

    /// <summary>Whether it is looked for in the normalized text rather than in the text as given.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Whether it counts only where no word character stands right before or after it (<c>single_word</c>).</summary>
    public bool IsSingleWord { get; init; }

    /// <summary>Whether it takes the white space before it with it (<c>lstrip</c>).</summary>
    public bool StripsLeft { get; init; }

    /// <summary>Whether it takes the white space after it with it (<c>rstrip</c>).</summary>
    public bool StripsRight { get; init; }
}
