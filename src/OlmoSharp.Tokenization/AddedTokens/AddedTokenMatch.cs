namespace OlmoSharp.Tokenization;

/// <summary>Where an added token is in a text.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Start">Its first UTF-16 unit, the white space that it takes with it included.</param>
/// <param name="End">The unit after its last.</param>
internal readonly record struct AddedTokenMatch(int Id, int Start, int End);
