namespace OlmoSharp.Evaluation.Corpora;

/// <summary>A question with choices, as a row of a dataset has it.</summary>
/// <param name="Id">Where it is from.</param>
/// <param name="Question">What stands before the choice.</param>
/// <param name="Choices">The choices.</param>
/// <param name="Answer">The place of the right one.</param>
public sealed record ChoiceQuestion(string Id, string Question, IReadOnlyList<string> Choices, int Answer);
