namespace OlmoSharp.Analysis.Reports;

/// <summary>A table.</summary>
public sealed record ReportTable : ReportBlock
{
    /// <summary>What the table shows.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it, in a sentence under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The columns. The first names the rows.</summary>
    public required IReadOnlyList<ReportColumn> Columns { get; init; }

    /// <summary>The rows, each with a cell for every column.</summary>
    public required IReadOnlyList<IReadOnlyList<ReportCell>> Rows { get; init; }
}
