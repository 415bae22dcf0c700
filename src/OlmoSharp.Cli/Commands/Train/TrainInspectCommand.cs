using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Training;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Cli.Commands.Train;

/// <summary><c>olmo train inspect</c>.</summary>
internal sealed class TrainInspectCommand : RunnableCommand
{
    private readonly Argument<string> _config = new("config") { HelpName = "CONFIG", Description = "The run as YAML" };
    private readonly Option<long> _step = new("--step") { HelpName = "N", Description = "The step, from 1", Required = true };
    private readonly Option<bool> _text = new("--text") { Description = "Also write the text of each sequence" };
    private readonly SetOption _set = new();
    private readonly JsonOption _json = new();

    public TrainInspectCommand()
        : base("inspect", "Show which documents a step saw, from the config alone")
    {
        Add(_config);
        Add(_step);
        Add(_text);
        Add(_set);
        Add(_json);
        Examples = [new("olmo train inspect recipes/quickstart.yaml --step 1234", "List the documents and token ranges of step 1234")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var config = ConfigReader.Read<TrainConfig>(arguments.GetRequiredValue(_config), arguments.GetValue(_set));
        using var order = DataOrder.Open(config);
        var step = arguments.GetValue(_step);
        var sequences = order.Inspect(step);
        var table = new ResultTable(
            new("sequence", IsNumber: true), new("source"), new("document"), new("tokens", IsNumber: true), new("of", IsNumber: true), new("file"), new("line", IsNumber: true));
        for (var i = 0; i < sequences.Count; i++)
        {
            foreach (var part in sequences[i].Documents)
            {
                var document = part.Document;
                table.Add(i, sequences[i].Source, document.Id, part.End - part.Start, document.End - document.Start, document.SourceFile, document.Line);
            }
        }

        table.Write(terminal, arguments.GetValue(_json));
        if (arguments.GetValue(_text))
        {
            foreach (var text in order.Texts(step))
            {
                await terminal.Output.WriteLineAsync($"\n{text}");
            }
        }

        return ExitCode.Success;
    }
}
