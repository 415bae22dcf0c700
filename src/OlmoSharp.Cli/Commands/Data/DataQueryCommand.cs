using System.CommandLine;
using System.Globalization;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Queries;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data query</c>.</summary>
internal sealed class DataQueryCommand : RunnableCommand
{
    private readonly Argument<string> _sql = new("sql") { HelpName = "SQL", Description = "A query in DuckDB's SQL over the views documents (id, text, source, added, created, metadata, file, line) and attributes (id, name, start, \"end\", score, file, line)" };
    private readonly Option<string[]> _documents = new("--documents", "-d") { HelpName = "FILES", Description = "Document files, folders or patterns; JSON lines or Parquet", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _attributes = new("--attributes", "-a") { HelpName = "FILES", Description = "Attribute files, folders or patterns", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _csv = new("--csv") { Description = "Write CSV instead of a table" };
    private readonly JsonOption _json = new();

    public DataQueryCommand()
        : base("query", "Answer SQL over documents and attributes")
    {
        Add(_sql);
        Add(_documents);
        Add(_attributes);
        Add(_csv);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_csv) && result.GetValue(_json))
            {
                result.AddError("--csv and --json exclude each other");
            }
        });
        Examples =
        [
            new("olmo data query \"select source, count(*) as documents from documents group by 1\" -d corpus/raw/documents", "Count the documents of each source"),
            new("olmo data query \"select name, avg(score) from attributes group by 1 order by 1\" -a corpus/raw/attributes/rules --csv", "Average every attribute, as CSV"),
            new("olmo data query \"copy (from documents) to 'documents.parquet'\" -d corpus/raw/documents", "Make a Parquet file of documents"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var query = new DataQuery(arguments.GetValue(_documents) ?? [], arguments.GetValue(_attributes) ?? []);
        var result = await Task.Run(() => query.Run(arguments.GetRequiredValue(_sql), cancellation), cancellation);
        if (result.Columns.Count == 0)
        {
            // A statement such as copy has done something and answers nothing.
            return ExitCode.Success;
        }

        if (arguments.GetValue(_csv))
        {
            await WriteCsvAsync(result, terminal.Output);
            return ExitCode.Success;
        }

        var table = new ResultTable([.. result.Columns.Select(column => new ResultColumn(column.Name, column.IsNumber))]);
        foreach (var row in result.Rows)
        {
            table.Add(row);
        }

        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }

    private static async Task WriteCsvAsync(QueryResult result, TextWriter output)
    {
        await output.WriteLineAsync(string.Join(',', result.Columns.Select(column => Quoted(column.Name))));
        foreach (var row in result.Rows)
        {
            await output.WriteLineAsync(string.Join(',', row.Select(Cell)));
        }
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        string text => Quoted(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Quoted(value.ToString()!),
    };

    // As RFC 4180 has it; an empty text is told from null by its quotation marks.
    private static string Quoted(string text) => text.Length == 0 || text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
