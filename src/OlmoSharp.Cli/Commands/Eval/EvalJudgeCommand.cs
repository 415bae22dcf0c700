using System.CommandLine;
using OlmoSharp.Cli.Commands.Calmqa;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Judging;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval judge</c>.</summary>
internal sealed class EvalJudgeCommand : RunnableCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "Output folder of olmo eval run, with a task that a judge scores" };
    private readonly Option<string?> _against = new("--against") { HelpName = "DIR|FILE", Description = "Answers to compare with: another such folder, or a JSON file with instruction and output; else grades by a rubric" };
    private readonly Option<string> _endpoint = new("--endpoint") { HelpName = "URL", Description = "The judge's OpenAI-compatible service", Required = true };
    private readonly EndpointModelOptions _service = new("--judge", "The model that judges", offersChat: false);
    private readonly Option<string?> _task = new("--task") { HelpName = "NAME", Description = "The task, where there are several" };
    private readonly Option<string?> _prompt = new("--prompt") { HelpName = "FILE", Description = "Your own prompt for comparisons (YAML)" };
    private readonly Option<string?> _rubric = new("--rubric") { HelpName = "FILE", Description = "Your own criteria, scale and prompt for grades (YAML)" };
    private readonly Option<JudgeOrder> _order = new("--order") { HelpName = "both|random", Description = "Ask with each answer first, or with one that the seed draws", DefaultValueFactory = _ => JudgeOrder.Both };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "Seed of random orders", DefaultValueFactory = _ => new JudgeSettings().Seed };
    private readonly Option<int> _tokens = new("--max-tokens") { HelpName = "N", Description = "Most tokens of a verdict", DefaultValueFactory = _ => new JudgeSettings().MaximumTokens };
    private readonly JsonOption _json = new();

    public EvalJudgeCommand()
        : base("judge", "Have a model judge answers: against another model's, or by a rubric")
    {
        Add(_folder);
        Add(_against);
        Add(_endpoint);
        _service.AddTo(this);
        Add(_task);
        Add(_prompt);
        Add(_rubric);
        Add(_order);
        Add(_seed);
        Add(_tokens);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_against) is null ? result.GetValue(_prompt) is not null : result.GetValue(_rubric) is not null)
            {
                result.AddError(result.GetValue(_against) is null ? "--prompt is for comparisons: name answers with --against, or give --rubric." : "--rubric is for grades, and --against for comparisons: give one of them.");
            }
        });
        Examples =
        [
            new("olmo eval judge eval/model --against reference.json --endpoint https://api.openai.com/v1 --judge gpt-4.1", "Win rate over a reference's answers"),
            new("olmo eval judge eval/model --against eval/other --endpoint http://localhost:8080/v1 --judge olmo --order random", "Two models; each pair once"),
            new("olmo eval judge eval/model --rubric rubric.yaml --endpoint http://localhost:8080/v1 --judge olmo", "Grades by criteria"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var task = JudgedTask.Read(arguments.GetRequiredValue(_folder), arguments.GetValue(_task));
        using var judge = new Judge(_service.Read(arguments.GetRequiredValue(_endpoint), arguments), new JudgeSettings
        {
            MaximumTokens = arguments.GetValue(_tokens),
            Order = arguments.GetValue(_order),
            Seed = arguments.GetValue(_seed),
            AtOnce = _service.AtOnce(arguments),
        });
        var result = arguments.GetValue(_against) is { } against
            ? await CompareAsync(new PairwiseJudging(judge, PairwisePrompt.Load(arguments.GetValue(_prompt))), task, against, terminal, cancellation)
            : await GradeAsync(new RubricJudging(judge, RubricPrompt.Load(arguments.GetValue(_rubric))), task, terminal, cancellation);
        Table(result).Write(terminal, arguments.GetValue(_json));
        foreach (var line in Remarks(result))
        {
            await terminal.Error.WriteLineAsync(line);
        }

        return result.Failures > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static Task<JudgeResult> CompareAsync(PairwiseJudging judging, JudgedTask task, string against, Terminal terminal, CancellationToken cancellation)
    {
        var reference = ReferenceAnswers.Read(against, task);
        return ProgressDisplay.RunAsync(terminal, "Judging", "questions", (long)task.Answers.Count * judging.QuestionsEach, progress =>
            judging.RunAsync(task, reference, done => progress.Report(done), cancellation).GetAwaiter().GetResult());
    }

    private static Task<JudgeResult> GradeAsync(RubricJudging judging, JudgedTask task, Terminal terminal, CancellationToken cancellation) =>
        ProgressDisplay.RunAsync(terminal, "Grading", "questions", (long)task.Answers.Count * judging.QuestionsEach, progress =>
            judging.RunAsync(task, done => progress.Report(done), cancellation).GetAwaiter().GetResult());

    private static ResultTable Table(JudgeResult result)
    {
        var table = new ResultTable(new("metric"), new("score"), new("standard error"), new("n"), new("unreadable"), new("failures")) { KeepsNames = true };
        foreach (var (name, score) in result.Metrics)
        {
            table.Add(name, score.Mean, score.StandardError, score.Count, result.Unreadable, result.Failures);
        }

        if (result.PositionBias is { } bias)
        {
            table.Add("first preferred", bias.FirstPreferred.Mean, bias.FirstPreferred.StandardError, bias.FirstPreferred.Count, result.Unreadable, result.Failures);
        }

        return table;
    }

    private static IEnumerable<string> Remarks(JudgeResult result)
    {
        if (result.Against is { } against)
        {
            yield return FormattableString.Invariant($"against {against}: {result.Wins} won, {result.Ties} even, {result.Losses} lost; {result.Length:0} characters on average, the others {result.AgainstLength:0}");
        }

        if (result.PositionBias is { Consistent: { } consistent })
        {
            yield return FormattableString.Invariant($"both orders agree on {consistent:0.0 %} of the documents");
        }

        if (result.Unanswered > 0)
        {
            yield return $"{result.Unanswered} of {result.Documents} documents have no answer of the model, and {(result.Against is null ? "the lowest grade" : "are lost")}";
        }

        if (result.Unreadable + result.Failures > 0)
        {
            var between = result.Against is null ? "" : FormattableString.Invariant($"; with them the win rate is from {result.LowestWinRate:0.0000} to {result.HighestWinRate:0.0000}");
            yield return $"{result.Unreadable} of {result.Documents} verdicts cannot be read, and {result.Failures} could not be had (the same command asks for these again){between}";
        }
    }
}
