using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Deduplication;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data dedupe</c>.</summary>
internal sealed class DataDedupeCommand : DataJobCommand
{
    public DataDedupeCommand()
        : base("dedupe", "Find duplicate documents, paragraphs and parts of texts, exactly, nearly, or by a Bloom filter") =>
        Examples =
        [
            new("olmo data dedupe -c dedupe.yaml", "Say where the duplicates are; the first of equal documents or paragraphs is none"),
            new("olmo data dedupe -c dedupe.yaml --set bloom_filter=null --set audit=removed", "Compare exactly instead, and write down what was found and where it was first"),
            new("olmo data dedupe -c dedupe.yaml --set dryrun=true", "Only show the inputs and the sizes"),
        ];

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<DedupeConfig>(arguments);
        var job = new DedupeJob(config) { Group = group, Quarantine = Quarantines(arguments) };
        if (config.DryRun)
        {
            var plan = job.Plan();
            ShowPlan(arguments, terminal, [("shards", plan.Inputs.Count), ("attributes", $"{plan.Set}/{plan.Attribute}"), ("memory bound, bytes", plan.Memory), .. Filter(plan.Bloom, plan.BloomKeys)]);
            return ExitCode.Success;
        }

        var result = await ProgressDisplay.RunAsync(terminal, "Comparing", "documents read", null, progress => job.Run(done => progress.Report(done), cancellation));
        return Conclude(arguments, terminal, result.Job, [("memory bound, bytes", result.Memory), .. Filter(result.Bloom, result.BloomKeys)]);
    }

    private static IEnumerable<(string Name, object Amount)> Filter(BloomParameters? parameters, long keys) => parameters is null ? [] :
    [
        ("filter, bytes", parameters.Bits / 8),
        ("filter, hashes", parameters.Hashes),
        ("filter, keys", keys),
        ("filter, false-positive rate", parameters.FalsePositiveRate(keys)),
    ];
}
