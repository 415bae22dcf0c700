namespace OlmoSharp.Tokenization;

/// <summary>How often each pre-token occurs in a collection of texts.</summary>
/// <param name="ByPreToken">The number of occurrences of each pre-token.</param>
/// <param name="Texts">The number of texts.</param>
/// <param name="Characters">The number of UTF-16 units in them.</param>
internal sealed record PreTokenCounts(IReadOnlyDictionary<string, long> ByPreToken, long Texts, long Characters);
