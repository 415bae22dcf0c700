namespace OlmoSharp.Data.Decontamination.Evaluations;

/// <summary>An item of an evaluation set.</summary>
/// <param name="Id">Its identifier: that of its field, or the number of the line or element.</param>
/// <param name="Place">File and line, or file and element.</param>
/// <param name="Question">What is looked for: the question, or the passage where the set has no questions.</param>
/// <param name="Answers">Answers of which any will do; none: the item has none.</param>
/// <param name="Passage">The passage that the question is about; null for none.</param>
public sealed record EvaluationItem(string Id, string Place, string Question, IReadOnlyList<string> Answers, string? Passage);
