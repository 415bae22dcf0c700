namespace OlmoSharp.Analysis.Reports;

/// <summary>A named value, such as <c>parameters</c> and <c>14.2 million</c>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Its value with its unit.</param>
/// <param name="Note">What to compare it with, in a few words; null for nothing.</param>
public sealed record ReportFact(string Name, string Value, string? Note = null);
