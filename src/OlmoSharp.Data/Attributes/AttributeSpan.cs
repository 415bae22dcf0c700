namespace OlmoSharp.Data.Attributes;

/// <summary>What an attribute says of a part of a document's text: <c>[start, end, score]</c> in Dolma's files.</summary>
/// <param name="Start">First code point of the part.</param>
/// <param name="End">The code point after its last.</param>
/// <param name="Score">The value; of what, the attribute's name says.</param>
public readonly record struct AttributeSpan(int Start, int End, double Score);
