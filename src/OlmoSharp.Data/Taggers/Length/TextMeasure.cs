namespace OlmoSharp.Data.Taggers.Length;

/// <summary>Measures the length of a text.</summary>
/// <param name="utf8">The text, or a part of it between two characters.</param>
internal delegate int TextMeasure(ReadOnlySpan<byte> utf8);
