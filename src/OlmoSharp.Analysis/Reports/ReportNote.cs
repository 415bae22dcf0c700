namespace OlmoSharp.Analysis.Reports;

/// <summary>A paragraph of plain text.</summary>
/// <param name="Text">The text; an empty line starts a new paragraph.</param>
public sealed record ReportNote(string Text) : ReportBlock;
