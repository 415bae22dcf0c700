using System.Globalization;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Evaluation.Comparison;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary>The page and the Markdown of <c>olmo eval compare</c>.</summary>
internal static class ComparisonPage
{
    /// <summary>Makes the page: scores of all models, then the differences to the first.</summary>
    public static RunReport Of(ResultComparison comparison) => new()
    {
        Title = comparison.Models.Count == 1 ? "Evaluation" : "Evaluation of models",
        Subtitle = string.Join(", ", comparison.Models),
        Sections =
        [
            new("Scores", [Scores(comparison), .. comparison.Notes.Select(note => new ReportNote(note))]),
            .. comparison.Models.Skip(1).Select((model, place) => new ReportSection($"{model} against {comparison.Models[0]}", [Differences(comparison, place + 1)])),
            .. comparison.Rows.Any(row => row.Published.Count > 0) ? new[] { new ReportSection("Published scores", [Published(comparison)]) } : [],
        ],
    };

    /// <summary>Makes a table in Markdown: a row a task or suite, a column a model.</summary>
    public static string Markdown(ResultComparison comparison)
    {
        var lines = new List<string>
        {
            $"| task | metric | n | chance | {string.Join(" | ", comparison.Models.Select(Escaped))} |",
            $"|---|---|---:|---:|{string.Concat(comparison.Models.Select(_ => "---:|"))}",
        };
        lines.AddRange(comparison.Rows.Select(row =>
            $"| {Escaped(row.Name)} | {row.Metric ?? ""} | {row.Documents} | {Number(row.Chance)} | {string.Join(" | ", row.Scores.Select(Cell))} |"));
        lines.AddRange(comparison.Notes.Select(note => $"\n{note}"));
        return string.Join('\n', lines) + "\n";
    }

    private static string Cell(ComparedScore compared) => compared.Score is not { } score ? "–"
        : $"{Number(score.Mean)}{(score.StandardError is { } error ? $" ± {Number(error)}" : "")}{(compared.Difference is { } difference ? $" ({difference.Difference.ToString("+0.0000;−0.0000", CultureInfo.InvariantCulture)}, p = {difference.P.ToString("0.###", CultureInfo.InvariantCulture)}{(difference.AdjustedP is { } adjusted ? $", adjusted {adjusted.ToString("0.###", CultureInfo.InvariantCulture)}" : "")})" : "")}";

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static ReportTable Scores(ResultComparison comparison) => new()
    {
        Title = "Scores with standard errors.",
        Description = "Documents count as a sample of those that could have been asked.",
        Columns = [new("task"), new("metric"), new("n"), new("chance", Format: "0.0000"), .. comparison.Models.SelectMany(model => new ReportColumn[] { new(model, Format: "0.0000"), new("±", Format: "0.0000") })],
        Rows = [.. comparison.Rows.Select(row => (IReadOnlyList<ReportCell>)
        [
            row.Name, row.Metric, row.Documents, row.Chance,
            .. row.Scores.SelectMany(compared => new ReportCell[] { compared.Score?.Mean, compared.Score?.StandardError }),
        ])],
    };

    private static ReportTable Differences(ResultComparison comparison, int place) => new()
    {
        Title = "Differences over the same documents.",
        Description = "p is of the exact sign test (McNemar's) where every score is 0 or 1, else of the paired t-test; adjusted, it allows for the number of tests (Benjamini and Hochberg); detectable is the true difference that the test finds four times in five.",
        Columns = [new("task"), new("difference", Format: "+0.0000;−0.0000"), new("95 % from", Format: "+0.0000;−0.0000"), new("to", Format: "+0.0000;−0.0000"), new("p", Format: "0.0000"), new("p adjusted", Format: "0.0000"), new("wins"), new("losses"), new("detectable", Format: "0.0000")],
        Rows = [.. comparison.Rows.Where(row => row.Scores[place].Difference is not null).Select(row => (row.Name, Difference: row.Scores[place].Difference!)).Select(row => (IReadOnlyList<ReportCell>)
        [
            row.Name, row.Difference.Difference, row.Difference.Low, row.Difference.High, row.Difference.P, row.Difference.AdjustedP, row.Difference.Wins, row.Difference.Losses, row.Difference.MinimumDetectableEffect,
        ])],
    };

    private static ReportTable Published(ResultComparison comparison) => new()
    {
        Title = "As their makers published them.",
        Columns = [new("task"), new("model"), new("score", Format: "0.000"), new("source")],
        Rows = [.. comparison.Rows.SelectMany(row => row.Published.Select(score => (IReadOnlyList<ReportCell>)[row.Name, score.Model, score.Score, score.Source]))],
    };
}
