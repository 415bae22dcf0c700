namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>How much of a text is in training data.</summary>
/// <param name="Paragraphs">Paragraphs that say enough to be looked for.</param>
/// <param name="Found">How many of them are there, exactly.</param>
public sealed record ParagraphOverlap(int Paragraphs, int Found);
