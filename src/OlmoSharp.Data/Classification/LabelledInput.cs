namespace OlmoSharp.Data.Classification;

/// <summary>Files with texts for a classifier.</summary>
/// <param name="Path">A file, folder or pattern of document files, or of text files (<c>.txt</c>, also compressed) with a text on each line.</param>
/// <param name="Label">The label of all texts there; null where each says its own: a document in a field, a line by beginning with <c>__label__NAME</c>.</param>
public sealed record LabelledInput(string Path, string? Label = null);
