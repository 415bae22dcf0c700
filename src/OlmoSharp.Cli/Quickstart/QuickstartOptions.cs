namespace OlmoSharp.Cli.Quickstart;

/// <summary>What the user asked for.</summary>
/// <param name="Run">Folder of everything that is made.</param>
/// <param name="Size">Model and training.</param>
/// <param name="Minutes">Time for the whole.</param>
/// <param name="Text">The user's own folders of text; empty for the SDK's documentation and messages.</param>
/// <param name="Sdk">Where the SDK's files are; null to find them.</param>
/// <param name="IsSmoke">Whether to take an eighth of the text and a handful of steps.</param>
/// <param name="EvaluationData">Folder of datasets for further tasks; null for the tasks of the corpus alone.</param>
/// <param name="EvaluationFewshot">File of few-shot examples; null if no task needs one.</param>
/// <param name="EvaluationTasks">Further tasks; empty for those of a small set whose data there is.</param>
/// <param name="Resume">Whether to go on in a folder that is there.</param>
internal sealed record QuickstartOptions(
    string Run, QuickstartSize Size, double Minutes, IReadOnlyList<string> Text, string? Sdk, bool IsSmoke, string? EvaluationData, string? EvaluationFewshot,
    IReadOnlyList<string> EvaluationTasks, bool Resume);
