using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval list</c>.</summary>
internal sealed class EvalListCommand : RunnableCommand
{
    private readonly Argument<string?> _name = new("name") { Description = "Only names with this in them, or the tasks of this suite", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _suites = new("--suites") { Description = "List suites instead of tasks" };
    private readonly Option<string?> _tasks = new("--tasks") { HelpName = "DIR", Description = "Folder of your own task files" };
    private readonly JsonOption _json = new();

    public EvalListCommand()
        : base("list", "List tasks and suites")
    {
        Add(_name);
        Add(_suites);
        Add(_tasks);
        Add(_json);
        Examples =
        [
            new("olmo eval list arc", "List the tasks of ARC"),
            new("olmo eval list core_9mcqa::olmes", "List the tasks of a suite"),
            new("olmo eval list --suites", "List suites and how their scores become one"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var catalog = TaskCatalog.Load(arguments.GetValue(_tasks));
        var part = arguments.GetValue(_name);
        if (arguments.GetValue(_suites))
        {
            var suites = new ResultTable(new("suite"), new("score"), new("tasks")) { KeepsNames = true };
            foreach (var suite in catalog.Suites.Values.Where(suite => part is null || suite.Name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                suites.Add(suite.Name, suite.Aggregate.ToString().ToLowerInvariant(), string.Join(", ", suite.Members.Take(4)) + (suite.Members.Count > 4 ? $", … ({suite.Members.Count})" : ""));
            }

            suites.Write(terminal, arguments.GetValue(_json));
            return Task.FromResult(ExitCode.Success);
        }

        var names = part is null ? catalog.TaskNames
            : catalog.Suites.ContainsKey(part) || catalog.Contains(part) ? catalog.Expand(part)
            : [.. catalog.TaskNames.Where(name => name.Contains(part, StringComparison.OrdinalIgnoreCase))];
        var table = new ResultTable(new("task"), new("request"), new("metric"), new("split"), new("limit"), new("shots"), new("hash")) { KeepsNames = true };
        foreach (var spec in names.Select(name => catalog.Find(name)))
        {
            table.Add(spec.Name, Evaluation.Requests.RequestJson.NameOf(spec.Request), spec.Metric, spec.Split, spec.Limit == 0 ? "all" : spec.Limit, spec.Shots, spec.Hash);
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(names.Count > 0 ? ExitCode.Success : ExitCode.Failure);
    }
}
