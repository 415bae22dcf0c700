using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Scoring;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa score</c>.</summary>
internal sealed class CalmqaScoreCommand : RunnableCommand
{
    private const string Everything = "everything";
    private static readonly string[] Numbers = ["n", "missing", "withheld", "repetitive", "right language", "unchecked", "both", "CaLMScore", "±"];
    private readonly CalmqaFilesArgument _files = new("Files of the dataset with answers");
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Write all scores and what was found of every answer as JSON" };
    private readonly Option<string> _by = new("--by") { HelpName = "WHAT", Description = "What to show: files, languages, categories, kinds, models, or everything", DefaultValueFactory = _ => Everything };
    private readonly ProfilesOption _profiles = new();
    private readonly JsonOption _json = new();

    public CalmqaScoreCommand()
        : base("score", "Score stored answers: CaLMScore by file, language, category, kind and model")
    {
        _by.AcceptOnlyFromAmong("files", "languages", "categories", "kinds", "models", Everything);
        Add(_files);
        Add(_output);
        Add(_by);
        Add(_profiles);
        Add(_json);
        Examples =
        [
            new("olmo calmqa score calmqa/dataset-*.json --output scores.json", "Score all stored answers, and keep all that was found"),
            new("olmo calmqa score answers-wolof.json --by models", "Show one line a model"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var profiles = _profiles.Read(arguments);
        var checker = new AnswerChecker(new(profiles));
        (string Name, CalmqaFile File)[] files = [.. arguments.GetRequiredValue(_files).Select(path => (Path.GetFileName(path), CalmqaFile.Read(path)))];
        var total = files.Sum(file => file.File.Entries.Sum(entry => entry.Answers.Count));
        var done = 0;
        var checks = await ProgressDisplay.RunAsync(terminal, "Checking", "answers", total, progress =>
            files.SelectMany(file => checker.Check(file.Name, file.File, () => progress.Report(Interlocked.Increment(ref done)), cancellation)).ToArray());
        AnswerPlace[] missing = [.. files.SelectMany(file => AnswerChecker.Missing(file.Name, file.File))];
        var report = CalmScoreReport.Of(checks, missing, new(profiles.Sha256 ?? ""));
        if (arguments.GetValue(_output) is { } output)
        {
            report.Write(output);
        }

        await ShowAsync(report, arguments.GetRequiredValue(_by), arguments.GetValue(_json), terminal);
        await WarnAsync(report, terminal);
        return ExitCode.Success;
    }

    private static async Task ShowAsync(CalmScoreReport report, string by, bool asJson, Terminal terminal)
    {
        (string Name, string Column, IReadOnlyList<CalmScore> Scores)[] parts =
        [
            .. new (string Name, string Column, IReadOnlyList<CalmScore> Scores)[]
            {
                ("files", "file", report.Files), ("languages", "language", report.Languages), ("categories", "category", report.Categories), ("kinds", "questions", report.Kinds), ("models", "", report.Models),
            }.Where(part => by == Everything || by == part.Name),
        ];
        if (asJson)
        {
            var all = Table("by", "group", "model");
            foreach (var part in parts)
            {
                Add(all, part.Scores, score => [part.Name, score.Group, score.Model]);
            }

            all.Write(terminal, asJson);
            return;
        }

        foreach (var (part, i) in parts.Select((part, i) => (part, i)))
        {
            if (i > 0)
            {
                await terminal.Output.WriteLineAsync();
            }

            var hasGroup = part.Column.Length > 0;
            var table = hasGroup ? Table(part.Column, "model") : Table("model");
            Add(table, part.Scores, score => hasGroup ? [score.Group, score.Model] : [score.Model]);
            table.Write(terminal, asJson);
        }
    }

    private static ResultTable Table(params string[] names) => new(
    [
        .. names.Select(name => new ResultColumn(name)), .. Numbers.Select(name => new ResultColumn(name, IsNumber: true)),
    ]);

    private static void Add(ResultTable table, IReadOnlyList<CalmScore> scores, Func<CalmScore, object?[]> names)
    {
        foreach (var score in scores)
        {
            table.Add(
            [
                .. names(score), score.Answers, score.Missing, score.Withheld, score.Repetitive, score.Unchecked == score.Answers ? null : score.RightLanguage, score.Unchecked,
                score.Unchecked == score.Answers ? null : score.Both, score.Score, score.StandardError,
            ]);
        }
    }

    private static async Task WarnAsync(CalmScoreReport report, Terminal terminal)
    {
        foreach (var language in report.Answers.Where(answer => answer.IsRightLanguage is null).Select(answer => answer.Place.Language).Distinct())
        {
            await terminal.Error.WriteLineAsync($"{language}: the language is not checked, since there is no profile of it; make one of text (olmo calmqa train-profiles) and give it with --profiles");
        }

        if (report.Missing.Count > 0)
        {
            await terminal.Error.WriteLineAsync($"{report.Missing.Count} answers are missing, of {report.Missing.Select(place => place.Model).Distinct().Count()} models; they are listed in the output file");
        }
    }
}
