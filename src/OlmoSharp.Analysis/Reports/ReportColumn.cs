namespace OlmoSharp.Analysis.Reports;

/// <summary>A column of a table.</summary>
/// <param name="Title">The header.</param>
/// <param name="Best">Which of the column's numbers is marked as the best.</param>
/// <param name="Format">A .NET number format such as <c>0.0000</c>; null for four significant digits.</param>
public sealed record ReportColumn(string Title, BestValue Best = BestValue.None, string? Format = null);
