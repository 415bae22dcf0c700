namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Tells splits apart in one file by a number that each row has.</summary>
/// <param name="Field">The field's path.</param>
/// <param name="Ranges">For each split, its first and last number.</param>
public sealed record SplitRanges(string Field, IReadOnlyDictionary<string, IReadOnlyList<int>> Ranges);
