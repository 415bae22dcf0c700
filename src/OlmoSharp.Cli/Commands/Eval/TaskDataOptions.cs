using System.CommandLine;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary>The options of every command that builds a task: which tasks there are, and where data and examples lie.</summary>
internal sealed class TaskDataOptions
{
    private readonly Option<string?> _data = new("--data", "-d") { HelpName = "DIR", Description = "Folder of datasets; data.yaml in it names what no rule finds" };
    private readonly Option<string?> _map = new("--data-map") { HelpName = "FILE", Description = "Another data.yaml" };
    private readonly Option<string?> _fewshot = new("--fewshot", "-f") { HelpName = "FILE", Description = "JSON file of few-shot examples by id" };
    private readonly Option<string?> _tasks = new("--tasks") { HelpName = "DIR", Description = "Folder of your own task files" };
    private readonly SetOption _set = new() { Description = "Replace a setting of the task, e.g. shots=0 or split=validation; may be given several times" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_map);
        command.Add(_fewshot);
        command.Add(_tasks);
        command.Add(_set);
    }

    public DatasetFolder? Data(ParseResult arguments) => arguments.GetValue(_data) is { } folder ? new DatasetFolder(folder, arguments.GetValue(_map)) : null;

    public string? Folder(ParseResult arguments) => arguments.GetValue(_data);

    public FewshotFile? Fewshot(ParseResult arguments) => arguments.GetValue(_fewshot) is { } file ? FewshotFile.Read(file) : null;

    public TaskCatalog Catalog(ParseResult arguments) => TaskCatalog.Load(arguments.GetValue(_tasks));

    public IReadOnlyList<string> Overrides(ParseResult arguments) => arguments.GetValue(_set) ?? [];
}
