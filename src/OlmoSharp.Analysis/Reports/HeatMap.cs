namespace OlmoSharp.Analysis.Reports;

/// <summary>A grid of ratios, each shaded by how far it lies above or below 1; the full shade is a factor of four.</summary>
public sealed record HeatMap : ReportBlock
{
    /// <summary>What the grid shows.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it, in a sentence under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>What a row is, such as <c>layer</c>.</summary>
    public required string RowTitle { get; init; }

    /// <summary>What a column is, such as <c>expert</c>.</summary>
    public required string ColumnTitle { get; init; }

    /// <summary>Names of the rows, from the top.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Names of the columns, from the left.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The ratios, at least 0: a list a row with a value for every column. One that is not finite is not shaded.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }
}
