namespace OlmoSharp.Data.Mixing;

/// <summary>A part of a text and what comes instead.</summary>
/// <param name="Start">First code point of the part.</param>
/// <param name="End">The code point after its last.</param>
/// <param name="Replacement">What comes instead, in UTF-8; <c>{}</c> in it is what was there.</param>
internal readonly record struct SpanReplacement(int Start, int End, ReadOnlyMemory<byte> Replacement);
