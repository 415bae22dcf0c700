using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.HeldOut;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data split</c>.</summary>
internal sealed class DataSplitCommand : RunnableCommand
{
    private readonly Option<string> _input = new("--input", "-i") { HelpName = "DIR", Description = "Folder that holds documents/", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write train/documents/ and heldout/documents/", Required = true };
    private readonly Option<double> _heldOut = new("--held-out") { HelpName = "FRACTION", Description = "Share of each source's bytes to hold out", DefaultValueFactory = _ => 0.01 };
    private readonly Option<long> _heldOutBytes = new("--held-out-bytes") { HelpName = "N", Description = "Most bytes to hold out of a source", DefaultValueFactory = _ => long.MaxValue };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "Another seed chooses other documents", DefaultValueFactory = _ => 1 };
    private readonly JsonOption _json = new();

    public DataSplitCommand()
        : base("split", "Hold out a part of each source's documents for measuring")
    {
        Add(_input);
        Add(_output);
        Add(_heldOut);
        Add(_heldOutBytes);
        Add(_seed);
        Add(_json);
        _heldOut.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1))
            {
                result.AddError("--held-out is a share above 0 and below 1");
            }
        });
        _heldOutBytes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() <= 0)
            {
                result.AddError("--held-out-bytes is a number above 0");
            }
        });
        Examples = [new("olmo data split -i corpus/curated -o corpus", "Write corpus/train and corpus/heldout; the choice depends on the documents' ids and the seed")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        var split = new HeldOutSplit { Fraction = arguments.GetValue(_heldOut), MaxBytesPerSource = arguments.GetValue(_heldOutBytes), Seed = arguments.GetValue(_seed) };
        var (train, heldOut) = await ProgressDisplay.RunAsync(terminal, "Splitting", "documents read", null, progress =>
            split.Split(arguments.GetRequiredValue(_input), Path.Combine(output, "train"), Path.Combine(output, "heldout"), done =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report(done);
            }));
        var table = new ResultTable(
            new("source"), new("documents to train on", IsNumber: true), new("bytes", IsNumber: true), new("held out", IsNumber: true), new("bytes held out", IsNumber: true));
        var held = heldOut.ToLookup(shard => shard.Source);
        foreach (var source in train.Concat(heldOut).Select(shard => shard.Source).Distinct().Order(StringComparer.Ordinal))
        {
            var trained = train.Where(shard => shard.Source == source).ToList();
            table.Add(source, trained.Sum(shard => shard.Documents), trained.Sum(shard => shard.TextBytes), held[source].Sum(shard => shard.Documents), held[source].Sum(shard => shard.TextBytes));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
