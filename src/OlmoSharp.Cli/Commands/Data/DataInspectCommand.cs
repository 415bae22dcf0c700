using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Inspection;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data inspect</c>.</summary>
internal sealed class DataInspectCommand : RunnableCommand
{
    private readonly Argument<string[]> _files = new("files") { HelpName = "FILES", Description = "Document files, folders or patterns", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _attributes = new("--attributes", "-a") { HelpName = "NAME", Description = "Attribute sets to show, from attributes/NAME/ beside the documents", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _where = new("--where") { HelpName = "FILTER", Description = "Only documents that match: JSONPath if it begins with $, else jq" };
    private readonly Option<string?> _id = new("--id") { HelpName = "ID", Description = "Only the documents with this identifier" };
    private readonly Option<int> _limit = new("--limit", "-n") { HelpName = "N", Description = "Show at most N documents; 0 for all", DefaultValueFactory = _ => 10 };

    public DataInspectCommand()
        : base("inspect", "Show documents with what attributes say of them")
    {
        _limit.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var limit) && limit < 0)
            {
                result.AddError("--limit must not be below 0");
            }
        });
        Add(_files);
        Add(_attributes);
        Add(_where);
        Add(_id);
        Add(_limit);
        Examples =
        [
            new("olmo data inspect corpus/raw/documents/web --attributes rules pii -n 3", "Look at three documents and the spans of two attribute sets"),
            new("olmo data inspect corpus/raw/documents --attributes rules --where '.attributes.rules__gopher_v1__word_count[0][2] < 50'", "Look at what a filter finds"),
            new("olmo data inspect corpus/raw/documents/web/0000.jsonl.zst --id 12", "Look at one document"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var limit = arguments.GetValue(_limit) is > 0 and var given ? given : int.MaxValue;
        var inspector = new DocumentInspector(arguments.GetRequiredValue(_files), arguments.GetValue(_attributes) ?? [], arguments.GetValue(_where), arguments.GetValue(_id));
        var shown = 0;
        foreach (var document in inspector.Read().Take(limit))
        {
            cancellation.ThrowIfCancellationRequested();
            await terminal.Output.WriteAsync(DocumentDisplay.Render(document, terminal.HasColours));
            shown++;
        }

        if (shown == 0)
        {
            await terminal.Error.WriteLineAsync("no document matches");
        }

        return ExitCode.Success;
    }
}
