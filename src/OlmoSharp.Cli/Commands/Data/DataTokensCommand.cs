using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Tokens;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data tokens</c>.</summary>
internal sealed class DataTokensCommand : DataJobCommand
{
    private readonly Option<string?> _input = new("--input", "-i") { HelpName = "DIR", Description = "Without a config: a folder that holds documents/; a set of shards for each source" };
    private readonly Option<string?> _tokenizer = new("--tokenizer", "-t") { HelpName = "PATH", Description = "With --input: tokenizer.json, or a folder that holds one" };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "DIR", Description = "With --input: where to write SOURCE-NNNNN.npy, .csv.gz and SOURCE.shards.json" };

    public DataTokensCommand()
        : base("tokens", "Encode documents into token shards, as Dolma and OLMo-core read them", needsConfig: false)
    {
        Add(_input);
        Add(_tokenizer);
        Add(_output);
        Validators.Add(result =>
        {
            var given = new[] { result.GetResult(_input), result.GetResult(_tokenizer), result.GetResult(_output) }.Count(option => option is not null);
            if (HasConfig(result) ? given > 0 : given < 3)
            {
                result.AddError("Give either --config, or --input, --tokenizer and --output");
            }
        });
        Examples =
        [
            new("olmo data tokens -c tokens.yaml", "Encode as a config says, all documents in a random order"),
            new("olmo data tokens -c tokens.yaml --set fill_in_the_middle.rate=0.5", "Rewrite half of the documents so that a model learns to fill in the middle"),
            new("olmo data tokens -i corpus/train -t corpus/tokenizer.json -o corpus/shards/train", "Encode every source by itself, in order; those with complete shards are skipped"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        if (!HasConfig(arguments.CommandResult))
        {
            return await EncodeSourcesAsync(arguments, group, terminal, cancellation);
        }

        var config = ReadConfig<TokensConfig>(arguments);
        var job = new TokensJob(config) { Group = group, Quarantine = Quarantines(arguments) };
        if (config.DryRun)
        {
            ShowPlan(arguments, terminal, [("documents", job.Inputs.Count), ("destination", config.Destination), ("tokens in a shard, at most", config.MaxSize), ("bytes of a token", job.TokenType.SizeInBytes())]);
            return ExitCode.Success;
        }

        if (config is { FilesPerProcess: not null } or { BatchSize: not 10_000 } or { RingSize: not 8 } or { SampleRingProp: true })
        {
            await terminal.Error.WriteLineAsync("note: files_per_process, batch_size, ring_size and sample_ring_prop decide nothing: all documents are shuffled together");
        }

        var result = await ProgressDisplay.RunAsync(terminal, "Encoding", "documents", null, progress => job.Run(done => progress.Report(done), cancellation));
        var table = new ResultTable(new("count"), new("amount", IsNumber: true));
        table.Add("shards", result.Shards);
        table.Add("shards finished before", result.Skipped);
        table.Add("documents", result.Documents);
        table.Add("documents without text", result.Empty);
        table.Add("tokens", result.Tokens);
        table.Add("bytes", result.TextBytes);
        table.Add("bytes per token", Math.Round((double)result.TextBytes / result.Tokens, 2));
        if (config.FillInTheMiddle is not null)
        {
            table.Add("rewritten", result.Rewritten);
        }

        if (Quarantines(arguments))
        {
            table.Add("quarantined", result.Quarantined);
        }

        table.Write(terminal, AsJson(arguments));
        return result.Quarantined > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private async Task<int> EncodeSourcesAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        if (group.Size > 1)
        {
            throw new DistributedException($"--input is work for one process, not {group.Size}; give a config, or start the command without mpirun");
        }

        var tokenizer = Tokenization.Tokenizer.Load(arguments.GetRequiredValue(_tokenizer)!);
        var manifests = await ProgressDisplay.RunAsync(terminal, "Encoding", "documents", null, progress => ShardBuilder.Build(
            arguments.GetRequiredValue(_input)!, arguments.GetRequiredValue(_output)!, tokenizer, done => progress.Report(done), cancellation));
        var table = new ResultTable(
            new("source"), new("documents", IsNumber: true), new("tokens", IsNumber: true), new("bytes", IsNumber: true), new("bytes per token", IsNumber: true));
        foreach (var (source, manifest) in manifests)
        {
            table.Add(source, manifest.DocumentCount, manifest.TokenCount, manifest.Utf8ByteCount, Math.Round((double)manifest.Utf8ByteCount / manifest.TokenCount, 2));
        }

        table.Write(terminal, AsJson(arguments));
        return ExitCode.Success;
    }
}
