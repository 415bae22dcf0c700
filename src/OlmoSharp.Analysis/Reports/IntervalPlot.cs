namespace OlmoSharp.Analysis.Reports;

/// <summary>Estimates below one another, each with the interval that it lies in, on one axis.</summary>
public sealed record IntervalPlot : ReportBlock
{
    /// <summary>What the plot shows.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it, in a sentence under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>What the axis measures.</summary>
    public required string Axis { get; init; }

    /// <summary>The estimates, from the top; one that is not finite is not drawn.</summary>
    public required IReadOnlyList<IntervalRow> Rows { get; init; }
}
