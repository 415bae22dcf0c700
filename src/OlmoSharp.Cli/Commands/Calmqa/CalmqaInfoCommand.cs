using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa info</c>.</summary>
internal sealed class CalmqaInfoCommand : RunnableCommand
{
    private readonly CalmqaFilesArgument _files = new();
    private readonly JsonOption _json = new();

    public CalmqaInfoCommand()
        : base("info", "Check files of the dataset, and count questions by language and category")
    {
        Add(_files);
        Add(_json);
        Examples = [new("olmo calmqa info calmqa/dataset-*.json", "Count the questions of the whole dataset")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        CalmqaFile[] files = [.. arguments.GetRequiredValue(_files).Select(CalmqaFile.Read)];
        var asJson = arguments.GetValue(_json);
        if (asJson)
        {
            var all = Table("kind", "name");
            Add(all, "language", CalmqaCounts.ByLanguage(files));
            Add(all, "category", CalmqaCounts.ByCategory(files));
            all.Write(terminal, asJson);
            return ExitCode.Success;
        }

        var languages = Table("language");
        Add(languages, null, CalmqaCounts.ByLanguage(files));
        languages.Write(terminal, asJson);
        await terminal.Output.WriteLineAsync();
        var categories = Table("category");
        Add(categories, null, CalmqaCounts.ByCategory(files));
        categories.Write(terminal, asJson);
        return ExitCode.Success;
    }

    private static ResultTable Table(params string[] names) =>
        new([.. names.Select(name => new ResultColumn(name)), new("specific", IsNumber: true), new("agnostic", IsNumber: true), new("answers", IsNumber: true)]);

    private static void Add(ResultTable table, string? kind, IReadOnlyList<CalmqaCounts> counts)
    {
        foreach (var count in counts.Append(new("all", counts.Sum(count => count.Specific), counts.Sum(count => count.Agnostic), counts.Sum(count => count.Answers))))
        {
            object?[] cells = [count.Name, count.Specific, count.Agnostic, count.Answers];
            table.Add(kind is null ? cells : [kind, .. cells]);
        }
    }
}
