using OlmoSharp.Data.Attributes;

namespace OlmoSharp.Data.Inspection;

/// <summary>A document with all that is known of it, to be shown.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Line">Its line there, from 1.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Source">Its source.</param>
/// <param name="Fields">Its other fields but text and attributes: names and JSON, in the order of the file.</param>
/// <param name="Text">Its text.</param>
/// <param name="Attributes">Its attributes and their spans, in the order of the files.</param>
public sealed record InspectedDocument(
    string Path,
    long Line,
    string Id,
    string Source,
    IReadOnlyList<(string Name, string Json)> Fields,
    string Text,
    IReadOnlyList<(string Name, IReadOnlyList<AttributeSpan> Spans)> Attributes);
