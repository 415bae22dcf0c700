namespace OlmoSharp.Tokenization;

/// <summary>A token whose string is found in the text before it is split, rather than built by merges.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">Its string.</param>
/// <param name="IsSpecial">Whether it is a mark for the model rather than a part of the text.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalized text rather than in the text as given.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial, bool IsNormalized);
