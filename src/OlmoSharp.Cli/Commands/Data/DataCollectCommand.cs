using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Sources;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data collect</c>.</summary>
internal sealed class DataCollectCommand : RunnableCommand
{
    private readonly Option<string[]> _text = new("--text") { HelpName = "DIR", Description = "A folder of your own text files; may be given several times", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _sdk = new("--sdk") { HelpName = "DIR", Description = "The .NET installation or reference packages to read; found by itself if not given" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write documents/SOURCE/NNNN.jsonl.zst", Required = true };
    private readonly JsonOption _json = new();

    public DataCollectCommand()
        : base("collect", "Write documents from text folders, or from the .NET SDK's own documentation and messages")
    {
        Add(_text);
        Add(_sdk);
        Add(_output);
        Add(_json);
        Examples =
        [
            new("olmo data collect -o corpus/raw", "Collect the documentation and messages of the .NET SDK"),
            new("olmo data collect --text ~/notes -o corpus/raw", "Collect your own text files"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var sdk = arguments.GetValue(_sdk);
        IReadOnlyList<ITextSource> sources = arguments.GetValue(_text) is { Length: > 0 } folders
            ? [.. folders.Select(folder => new TextFolderSource(folder))]
            : [new SdkDocumentationSource(sdk), new SdkMessagesSource(sdk)];
        var output = arguments.GetRequiredValue(_output);
        var shards = await ProgressDisplay.RunAsync(terminal, "Collecting", "documents", null, progress =>
        {
            long count = 0;
            return DocumentFolder.Write(output, sources.SelectMany(source => source.ReadDocuments(cancellation)).Select(document =>
            {
                progress.Report(++count);
                return document;
            }));
        });
        var table = new ResultTable(new("source"), new("documents", IsNumber: true), new("bytes", IsNumber: true));
        foreach (var source in shards.GroupBy(shard => shard.Source))
        {
            table.Add(source.Key, source.Sum(shard => shard.Documents), source.Sum(shard => shard.TextBytes));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
