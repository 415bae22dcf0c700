namespace OlmoSharp.Analysis.Reports;

/// <summary>What a run has to say, as plain data. <see cref="ReportPage"/> makes the page of it.</summary>
public sealed record RunReport
{
    /// <summary>The heading of the page.</summary>
    public required string Title { get; init; }

    /// <summary>One sentence under the heading; null for none.</summary>
    public string? Subtitle { get; init; }

    /// <summary>The few results that matter most, shown large.</summary>
    public IReadOnlyList<ReportFact> Highlights { get; init; } = [];

    /// <summary>What was run: sizes, settings, versions, times.</summary>
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];

    /// <summary>The sections, in order.</summary>
    public IReadOnlyList<ReportSection> Sections { get; init; } = [];
}
