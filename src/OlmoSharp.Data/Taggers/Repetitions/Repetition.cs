namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>Something that stands in a text several times in a row.</summary>
/// <param name="Start">The first byte of the first.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="Times">How many there are.</param>
internal readonly record struct Repetition(int Start, int End, int Times);
