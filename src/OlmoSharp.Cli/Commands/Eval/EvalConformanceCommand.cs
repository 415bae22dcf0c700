using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Conformance;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval conformance</c>.</summary>
internal sealed class EvalConformanceCommand : RunnableCommand
{
    private readonly Option<string[]> _requests = new("--requests", "-r") { HelpName = "FILE", Description = "Files of reference requests, or folders and patterns of them", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _task = new("--task") { HelpName = "NAME", Description = "The task, where files do not say it" };
    private readonly Option<int> _show = new("--show") { HelpName = "N", Description = "How many differences of a file to show", DefaultValueFactory = _ => 3 };
    private readonly TaskDataOptions _options = new();
    private readonly JsonOption _json = new();

    public EvalConformanceCommand()
        : base("conformance", "Compare the requests that we build with reference files, character for character")
    {
        Add(_requests);
        Add(_task);
        _options.AddTo(this);
        Add(_show);
        Add(_json);
        FailureCode = ExitCode.NotComparable;
        Examples =
        [
            new("olmo eval conformance --requests olmes_requests/arc_challenge/mc_5shot/requests.jsonl.gz --data eval-data --fewshot shots.json", "Compare one file; config.json beside it tells the task"),
            new("olmo eval conformance --requests requests.jsonl --task piqa:rc::olmes --set limit=0 --data eval-data --fewshot shots.json", "Name the task and a setting"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var check = new ConformanceCheck(_options.Catalog(arguments), _options.Data(arguments), _options.Fewshot(arguments));
        var table = new ResultTable(new("reference"), new("task"), new("compared"), new("mismatches"), new("documents"), new("examples"));
        var files = DocumentPatterns.Expand(arguments.GetRequiredValue(_requests)).Where(file => Path.GetFileName(file) != "config.json").ToList();
        var different = 0;
        var failed = 0;
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var result = check.Compare(file, arguments.GetValue(_task), _options.Overrides(arguments));
                different += result.Mismatches > 0 ? 1 : 0;
                table.Add(Short(file), result.Spec.Name, result.Compared, result.Mismatches, result.Documents, result.Examples);
                await ShowAsync(terminal.Error, result, arguments.GetValue(_show));
            }
            catch (EvaluationException error) when (files.Count > 1)
            {
                failed++;
                table.Add(Short(file), "", 0, null, "not compared", "");
                await terminal.Error.WriteLineAsync($"{Short(file)}: not compared: {error.Message}");
            }
        }

        table.Write(terminal, arguments.GetValue(_json));
        return failed > 0 ? ExitCode.NotComparable : different > 0 ? ExitCode.Different : ExitCode.Success;
    }

    /// <summary>The last three parts of a path, which name task and form in OLMES's layout.</summary>
    private static string Short(string path) => string.Join('/', path.Replace('\\', '/').Split('/').TakeLast(3));

    private static async Task ShowAsync(TextWriter output, ConformanceResult result, int most)
    {
        foreach (var difference in result.Differences.Take(most))
        {
            await output.WriteLineAsync($"{difference.Place}: document {difference.DocumentId}, choice {difference.Index}: {difference.Field} differs at character {difference.FirstDifference}");
            await output.WriteLineAsync($"  reference  {difference.ExpectedExcerpt}");
            await output.WriteLineAsync($"  ours       {difference.ActualExcerpt}");
        }

        if (result.Differences.Count > most)
        {
            var fields = result.Differences.GroupBy(difference => difference.Field).Select(group => $"{group.Count()} × {group.Key}");
            await output.WriteLineAsync($"  … {result.Differences.Count} differences in {result.Mismatches} requests: {string.Join(", ", fields)} (--show N shows more)");
        }
    }
}
