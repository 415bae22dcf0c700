namespace OlmoSharp.Data.Texts;

/// <summary>A word of a text as <see cref="NormalizedWords"/> finds it.</summary>
/// <param name="Hash">A hash of its normal form, the UTF-8 bytes in lower case: the same in every run and on every machine (see <see cref="NormalizedWordHash"/>).</param>
/// <param name="Start">Its first byte in the text.</param>
/// <param name="End">The byte after its last.</param>
public readonly record struct NormalizedWord(ulong Hash, int Start, int End);
