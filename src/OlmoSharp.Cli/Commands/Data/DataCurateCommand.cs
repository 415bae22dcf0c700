using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Curation;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data curate</c>.</summary>
internal sealed class DataCurateCommand : RunnableCommand
{
    private readonly Option<string> _input = new("--input", "-i") { HelpName = "DIR", Description = "Folder that holds documents/", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write train/documents/ and heldout/documents/", Required = true };
    private readonly Option<double> _heldOut = new("--held-out") { HelpName = "FRACTION", Description = "Share of each source's documents to hold out", DefaultValueFactory = _ => 0.02 };
    private readonly Option<long> _heldOutBytes = new("--held-out-bytes") { HelpName = "N", Description = "Most bytes to hold out of a source", DefaultValueFactory = _ => 200_000 };
    private readonly JsonOption _json = new();

    public DataCurateCommand()
        : base("curate", "Remove duplicates and junk, and hold out a part for measuring")
    {
        Add(_input);
        Add(_output);
        Add(_heldOut);
        Add(_heldOutBytes);
        Add(_json);
        Examples = [new("olmo data curate -i corpus/raw -o corpus/curated", "Keep what is worth training on, and print what went and why")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        var split = new HeldOutSplit { Fraction = arguments.GetValue(_heldOut), MaxBytesPerSource = arguments.GetValue(_heldOutBytes) };
        var result = await ProgressDisplay.RunAsync(terminal, "Curating", "documents", null, progress =>
        {
            long count = 0;
            var documents = DocumentFolder.Read(arguments.GetRequiredValue(_input)).Select(document =>
            {
                progress.Report(++count);
                return document;
            });
            var curated = new CurationPipeline(new CurationOptions()).Run(documents, cancellation);
            var (train, heldOut) = split.Split(curated.Documents);
            DocumentFolder.Write(Path.Combine(output, "train"), train);
            DocumentFolder.Write(Path.Combine(output, "heldout"), heldOut);
            return curated;
        });
        var isJson = arguments.GetValue(_json);
        CurationTables.Sources(result.Report).Write(terminal, isJson);
        if (!isJson)
        {
            await terminal.Output.WriteLineAsync();
            CurationTables.Reasons(result.Report).Write(terminal, asJson: false);
        }

        return ExitCode.Success;
    }
}
