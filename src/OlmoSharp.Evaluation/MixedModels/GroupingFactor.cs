namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>What observations have in common, such as a question or an annotator.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Levels">For each observation, which it has.</param>
public sealed record GroupingFactor(string Name, IReadOnlyList<string> Levels);
