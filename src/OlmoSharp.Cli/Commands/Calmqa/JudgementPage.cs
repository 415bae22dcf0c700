using OlmoSharp.Analysis.Reports;
using OlmoSharp.Evaluation.Calmqa.Judgements;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary>The page of <c>olmo calmqa agreement</c>.</summary>
internal static class JudgementPage
{
    /// <summary>Makes the page.</summary>
    public static RunReport Of(JudgementReport report) => new()
    {
        Title = "What annotators say",
        Subtitle = "Ratings of blinded pairs of answers, unblinded.",
        Highlights = [new("annotators", $"{report.Annotators.Count}"), new("rated pairs", $"{report.Pairs}", "each annotator's counted")],
        Sections =
        [
            new("Ratings", [Models(report)]),
            new("Preferences", [WinMap(report), Wins(report)]),
            new("Agreement", [Agreement(report)]),
            new("What quality depends on", report.Quality is null ? [new ReportNote($"There is no mixed-effects model: {report.NoQuality}.")] : [Intervals(report), Effects(report), Spread(report)]),
        ],
    };

    private static ReportTable Models(JudgementReport report) => new()
    {
        Title = "Means by model and kind of question.",
        Description = "Right language as a share; factuality and completeness from 0 to 2, overall from 1 to 5.",
        Columns =
        [
            new("model"), new("questions"), new("ratings"), new("right language", BestValue.Highest, "0.000"), new("factuality", BestValue.Highest, "0.00"), new("completeness", BestValue.Highest, "0.00"),
            new("overall", BestValue.Highest, "0.00"),
        ],
        Rows = [.. report.Models.Select(row => (IReadOnlyList<ReportCell>)[row.Model, row.Kind, row.Ratings, row.Language, row.Factuality, row.Completeness, row.Overall])],
    };

    private static HeatMap WinMap(JudgementReport report)
    {
        string[] models = [.. report.Wins.Select(row => row.Model).Distinct()];
        return new()
        {
            Title = "Wins for each loss, ties counted half.",
            Description = "Above 1 the model of the row was preferred more often than that of the column.",
            RowTitle = "model",
            ColumnTitle = "against",
            Rows = models,
            Columns = models,
            Values = [.. models.Select(model => (IReadOnlyList<double>)[.. models.Select(other => report.Wins.FirstOrDefault(row => row.Model == model && row.Other == other) is { } row ? row.WinRate / (1 - row.WinRate) : double.NaN)])],
        };
    }

    private static ReportTable Wins(JudgementReport report) => new()
    {
        Title = "Preferences by pair of models.",
        Columns = [new("model"), new("against"), new("wins"), new("losses"), new("ties"), new("win rate", Format: "0.000")],
        Rows = [.. report.Wins.Select(row => (IReadOnlyList<ReportCell>)[row.Model, row.Other, row.Wins, row.Losses, row.Ties, row.WinRate])],
    };

    private static ReportTable Agreement(JudgementReport report) => new()
    {
        Title = "Agreement of annotators.",
        Description = "Krippendorff's alpha; Cohen's kappa for two annotators, Fleiss's for more that all rated the same. 1 is full agreement, 0 chance.",
        Columns = [new("aspect"), new("units"), new("scale"), new("alpha", Format: "0.000"), new("kappa", Format: "0.000"), new("kappa of")],
        Rows = [.. report.Agreement.Select(row => (IReadOnlyList<ReportCell>)[row.Aspect, row.Units, row.Scale.ToString().ToLowerInvariant(), row.Alpha, row.Kappa ?? double.NaN, row.KappaName ?? "–"])],
    };

    private static IntervalPlot Intervals(JudgementReport report) => new()
    {
        Title = "Effects on overall quality, with 95 % intervals.",
        Description = "An interval that does not reach 0 is of an effect that chance seldom makes.",
        Axis = "points of overall quality",
        // The intercept is no effect, and far from 0.
        Rows = [.. report.Quality!.Fixed.Skip(1).Select(row => new IntervalRow(row.Name, row.Estimate, row.Estimate - row.Margin, row.Estimate + row.Margin))],
    };

    private static ReportTable Effects(JudgementReport report) => new()
    {
        Title = "Overall quality as a linear mixed-effects model.",
        Description = "Fitted by restricted maximum likelihood; question and annotator are random intercepts; degrees of freedom are Satterthwaite's. Effects are against the first model, agnostic questions and the first language.",
        Columns = [new("effect"), new("estimate", Format: "0.000"), new("±", Format: "0.000"), new("df", Format: "0.0"), new("t", Format: "0.00"), new("p", Format: "0.0000")],
        Rows = [.. report.Quality!.Fixed.Select(row => (IReadOnlyList<ReportCell>)[row.Name, row.Estimate, row.StandardError, row.DegreesOfFreedom, row.T, row.P])],
    };

    private static ReportTable Spread(JudgementReport report) => new()
    {
        Title = "Standard deviations, in points of overall quality.",
        Columns = [new("between"), new("levels"), new("standard deviation", Format: "0.000")],
        Rows =
        [
            .. report.Quality!.Random.Select(row => (IReadOnlyList<ReportCell>)[row.Name, row.Levels, row.StandardDeviation]),
            ["ratings beside", report.Quality.Observations, report.Quality.Residual],
        ],
    };
}
