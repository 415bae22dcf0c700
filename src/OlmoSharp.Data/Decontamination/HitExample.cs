namespace OlmoSharp.Data.Decontamination;

/// <summary>A hit to show.</summary>
/// <param name="Item">The item's identifier.</param>
/// <param name="Document">The document's file and line.</param>
/// <param name="Score">The share of the question that was found.</param>
/// <param name="Question">The question.</param>
/// <param name="Text">The text in which it was found.</param>
public sealed record HitExample(string Item, string Document, double Score, string Question, string Text);
