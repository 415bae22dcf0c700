using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Shards;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data tokens</c>.</summary>
internal sealed class DataTokensCommand : RunnableCommand
{
    private readonly Option<string> _input = new("--input", "-i") { HelpName = "DIR", Description = "Folder that holds documents/", Required = true };
    private readonly Option<string> _tokenizer = new("--tokenizer", "-t") { HelpName = "PATH", Description = "tokenizer.json, or a folder that holds one", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write SOURCE-NNNNN.npy, .csv.gz and SOURCE.shards.json", Required = true };
    private readonly JsonOption _json = new();

    public DataTokensCommand()
        : base("tokens", "Encode documents into token shards, as Dolma and OLMo-core read them")
    {
        Add(_input);
        Add(_tokenizer);
        Add(_output);
        Add(_json);
        Examples = [new("olmo data tokens -i corpus/curated/train -t corpus/tokenizer.json -o corpus/shards/train", "Encode every source; those with complete shards are skipped")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tokenizer = Tokenization.Tokenizer.Load(arguments.GetRequiredValue(_tokenizer));
        var manifests = await ProgressDisplay.RunAsync(terminal, "Encoding", "documents", null, progress => ShardBuilder.Build(
            arguments.GetRequiredValue(_input), arguments.GetRequiredValue(_output), tokenizer, done => progress.Report(done), cancellation));
        var table = new ResultTable(
            new("source"), new("documents", IsNumber: true), new("tokens", IsNumber: true), new("bytes", IsNumber: true), new("bytes per token", IsNumber: true));
        foreach (var (source, manifest) in manifests)
        {
            table.Add(source, manifest.DocumentCount, manifest.TokenCount, manifest.Utf8ByteCount, Math.Round((double)manifest.Utf8ByteCount / manifest.TokenCount, 2));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
