namespace OlmoSharp.Data.Documents;

/// <summary>One file of documents.</summary>
/// <param name="Source">The source of its documents.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Documents">How many documents it holds.</param>
/// <param name="TextBytes">Bytes of their texts in UTF-8.</param>
public sealed record DocumentShard(string Source, string Path, long Documents, long TextBytes);
