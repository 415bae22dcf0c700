namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>How often an n-gram occurs in the languages that have it.</summary>
/// <param name="Text">The n-gram.</param>
/// <param name="Counts">The places of the languages, ascending, with the counts.</param>
internal sealed record NGramEntry(string Text, IReadOnlyList<(int Language, int Count)> Counts);
