namespace OlmoSharp.Analysis.Reports;

/// <summary>A text such as a resolved config, folded away until opened.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Text">The text, shown as it is.</param>
public sealed record CodeListing(string Title, string Text) : ReportBlock;
