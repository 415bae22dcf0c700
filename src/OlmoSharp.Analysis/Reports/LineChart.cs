using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Analysis.Reports;

/// <summary>A chart of lines.</summary>
public sealed record LineChart : ReportBlock
{
    /// <summary>What the chart shows.</summary>
    public required string Title { get; init; }

    /// <summary>How to read it, in a sentence under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The horizontal axis.</summary>
    public required ChartAxis XAxis { get; init; }

    /// <summary>The vertical axis.</summary>
    public required ChartAxis YAxis { get; init; }

    /// <summary>The lines, in the order of the legend.</summary>
    public required IReadOnlyList<ChartSeries> Series { get; init; }
}
