using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Datasets;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval fewshot</c>.</summary>
internal sealed class EvalFewshotCommand : RunnableCommand
{
    private readonly Argument<string> _file = new("file") { Description = "JSON file of few-shot examples by id" };
    private readonly JsonOption _json = new();

    public EvalFewshotCommand()
        : base("fewshot", "List a few-shot file's ids, and whether their examples are the published ones")
    {
        Add(_file);
        Add(_json);
        Examples = [new("olmo eval fewshot shots.json", "Check a file before its examples decide scores")];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var file = FewshotFile.Read(arguments.GetRequiredValue(_file));
        var table = new ResultTable(new("id"), new("examples"), new("published"), new("sha256"));
        foreach (var id in file.Ids)
        {
            table.Add(id, file.Rows(id).Count, file.IsPublished(id) switch { true => "yes", false => "no: other examples", null => "unknown id" }, file.Sha256(id));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }
}
