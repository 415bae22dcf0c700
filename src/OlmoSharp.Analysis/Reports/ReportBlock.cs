namespace OlmoSharp.Analysis.Reports;

/// <summary>A part of a report's section: a <see cref="LineChart"/>, <see cref="HeatMap"/>, <see cref="IntervalPlot"/>, <see cref="ReportTable"/>, <see cref="TextSample"/>, <see cref="ReportNote"/> or <see cref="CodeListing"/>.</summary>
public abstract record ReportBlock
{
    private protected ReportBlock()
    {
    }
}
