namespace OlmoSharp.Data.Classification;

/// <summary>A text and what it is.</summary>
/// <param name="Label">The label.</param>
/// <param name="Text">The text in UTF-8; valid until the next is read.</param>
/// <param name="File">The file it stands in.</param>
/// <param name="Line">The line it stands in, from 1.</param>
public readonly record struct LabelledText(string Label, ReadOnlyMemory<byte> Text, string File, long Line);
