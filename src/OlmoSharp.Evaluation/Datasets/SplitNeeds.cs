using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>Says which splits of its dataset a task reads.</summary>
internal static class SplitNeeds
{
    /// <summary>The split that stands for all of a dataset's.</summary>
    public const string AllSplits = "all";

    /// <summary>The splits of the documents.</summary>
    public static IReadOnlyList<string> OfDocuments(TaskSpec spec) => spec.Split == AllSplits ? spec.Dataset.Splits : [spec.Split];

    /// <summary>The split of the examples; null where they are from a file, or there are none.</summary>
    public static string? OfExamples(TaskSpec spec) => spec is { Shots: > 0, Fewshot.Source: null } ? spec.Fewshot.Split : null;
}
