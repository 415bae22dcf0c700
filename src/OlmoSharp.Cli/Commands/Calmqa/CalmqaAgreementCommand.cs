using System.CommandLine;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Judgements;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa agreement</c>.</summary>
internal sealed class CalmqaAgreementCommand : RunnableCommand
{
    private readonly CalmqaFilesArgument _files = new("Ratings that annotators exported");
    private readonly Option<string[]> _keys = new("--key", "-k") { HelpName = "FILE", Description = "The key of a page (.key.json); may be given several times", Required = true };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Write everything as JSON" };
    private readonly Option<string?> _page = new("--page") { HelpName = "FILE", Description = "Write a page with tables and charts" };
    private readonly JsonOption _json = new();

    public CalmqaAgreementCommand()
        : base("agreement", "Analyse ratings: agreement, means, wins, and a mixed-effects model of quality")
    {
        Add(_files);
        Add(_keys);
        Add(_output);
        Add(_page);
        Add(_json);
        Examples = [new("olmo calmqa agreement ratings-*.json --key german.key.json --page german-report.html", "Analyse the ratings of all annotators of a page")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var report = JudgementReport.Of(
            [.. arguments.GetRequiredValue(_files).Select(path => (path, AnnotationExport.Read(path)))], [.. arguments.GetRequiredValue(_keys).Select(AnnotationKey.Read)]);
        if (arguments.GetValue(_output) is { } output)
        {
            report.Write(output);
        }

        if (arguments.GetValue(_page) is { } page)
        {
            ReportPage.Write(JudgementPage.Of(report), page);
        }

        if (arguments.GetValue(_json))
        {
            var all = new ResultTable(new("part"), new("of"), new("measure"), new("value", IsNumber: true));
            foreach (var (part, of, measure, value) in JudgementRows(report))
            {
                all.Add(part, of, measure, value);
            }

            all.Write(terminal, asJson: true);
            return ExitCode.Success;
        }

        ResultTable[] tables = [Agreement(report), Models(report), Wins(report), .. report.Quality is null ? Array.Empty<ResultTable>() : [Effects(report), Spread(report)]];
        foreach (var (table, i) in tables.Select((table, i) => (table, i)))
        {
            if (i > 0)
            {
                await terminal.Output.WriteLineAsync();
            }

            table.Write(terminal, asJson: false);
        }

        if (report.NoQuality is { } reason)
        {
            await terminal.Error.WriteLineAsync($"no mixed-effects model: {reason}");
        }

        return ExitCode.Success;
    }

    private static ResultTable Agreement(JudgementReport report)
    {
        var table = new ResultTable(new("aspect"), new("units", IsNumber: true), new("scale"), new("alpha", IsNumber: true), new("kappa", IsNumber: true), new("kappa of"));
        foreach (var aspect in report.Agreement)
        {
            table.Add(aspect.Aspect, aspect.Units, aspect.Scale.ToString().ToLowerInvariant(), aspect.Alpha, aspect.Kappa, aspect.KappaName);
        }

        return table;
    }

    private static ResultTable Models(JudgementReport report)
    {
        var table = new ResultTable(
            new("model"), new("questions"), new("ratings", IsNumber: true), new("right language", IsNumber: true), new("factuality", IsNumber: true), new("completeness", IsNumber: true), new("overall", IsNumber: true));
        foreach (var row in report.Models)
        {
            table.Add(row.Model, row.Kind, row.Ratings, row.Language, row.Factuality, row.Completeness, row.Overall);
        }

        return table;
    }

    private static ResultTable Wins(JudgementReport report)
    {
        var table = new ResultTable(new("model"), new("against"), new("wins", IsNumber: true), new("losses", IsNumber: true), new("ties", IsNumber: true), new("win rate", IsNumber: true));
        foreach (var row in report.Wins)
        {
            table.Add(row.Model, row.Other, row.Wins, row.Losses, row.Ties, row.WinRate);
        }

        return table;
    }

    private static ResultTable Effects(JudgementReport report)
    {
        var table = new ResultTable(new("effect on overall"), new("estimate", IsNumber: true), new("±", IsNumber: true), new("df", IsNumber: true), new("t", IsNumber: true), new("p", IsNumber: true));
        foreach (var effect in report.Quality!.Fixed)
        {
            table.Add(effect.Name, effect.Estimate, effect.StandardError, effect.DegreesOfFreedom, effect.T, effect.P);
        }

        return table;
    }

    private static ResultTable Spread(JudgementReport report)
    {
        var table = new ResultTable(new("spread between"), new("levels", IsNumber: true), new("standard deviation", IsNumber: true));
        foreach (var effect in report.Quality!.Random)
        {
            table.Add(effect.Name, effect.Levels, effect.StandardDeviation);
        }

        table.Add("ratings beside", report.Quality.Observations, report.Quality.Residual);
        return table;
    }

    private static IEnumerable<(string Part, string Of, string Measure, double? Value)> JudgementRows(JudgementReport report) =>
    [
        .. report.Agreement.SelectMany(row => new (string, string, string, double?)[] { ("agreement", row.Aspect, "alpha", row.Alpha), ("agreement", row.Aspect, "kappa", row.Kappa), ("agreement", row.Aspect, "units", row.Units) }),
        .. report.Models.SelectMany(row => new (string, string, string, double?)[]
        {
            ("ratings", $"{row.Model}, {row.Kind}", "ratings", row.Ratings), ("ratings", $"{row.Model}, {row.Kind}", "right language", row.Language), ("ratings", $"{row.Model}, {row.Kind}", "factuality", row.Factuality),
            ("ratings", $"{row.Model}, {row.Kind}", "completeness", row.Completeness), ("ratings", $"{row.Model}, {row.Kind}", "overall", row.Overall),
        }),
        .. report.Wins.Select(row => ("wins", $"{row.Model} against {row.Other}", "win rate", (double?)row.WinRate)),
        .. (report.Quality?.Fixed ?? []).SelectMany(row => new (string, string, string, double?)[]
        {
            ("effects", row.Name, "estimate", row.Estimate), ("effects", row.Name, "standard error", row.StandardError), ("effects", row.Name, "degrees of freedom", row.DegreesOfFreedom), ("effects", row.Name, "p", row.P),
        }),
        .. (report.Quality?.Random ?? []).Select(row => ("spread", row.Name, "standard deviation", (double?)row.StandardDeviation)),
    ];
}
