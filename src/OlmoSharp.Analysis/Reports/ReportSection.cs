namespace OlmoSharp.Analysis.Reports;

/// <summary>A section of a report.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">What is in it, in order. Charts that follow each other stand side by side.</param>
public sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);
