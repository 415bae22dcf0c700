namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>Personal data in a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">The first byte, of white space and punctuation before it too where Dolma's expression takes these.</param>
/// <param name="End">The byte after the last.</param>
internal readonly record struct PiiMatch(PiiKind Kind, int Start, int End);
