using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>How our requests compare with a reference file.</summary>
/// <param name="Reference">The file.</param>
/// <param name="Spec">The task, with the settings of the file.</param>
/// <param name="Compared">How many requests both have.</param>
/// <param name="Mismatches">How many requests differ, or are on one side only.</param>
/// <param name="Differences">Each place where they differ.</param>
/// <param name="Documents">Where our documents came from.</param>
/// <param name="Examples">Where our examples came from; empty for none.</param>
public sealed record ConformanceResult(
    string Reference, TaskSpec Spec, int Compared, int Mismatches, IReadOnlyList<RequestDifference> Differences, string Documents, string Examples);
