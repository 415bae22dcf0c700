using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data mix</c>.</summary>
internal sealed class DataMixCommand : DataJobCommand
{
    public DataMixCommand()
        : base("mix", "Join documents with their attributes, filter, replace spans, sample, and write them")
    {
        Add(new DataMixPlanCommand());
        Examples =
        [
            new("olmo data mix -c mix.yaml", "Mix as a config says; shards finished before are skipped"),
            new("olmo data mix -c mix.yaml --set shuffle=exact --set audit=removed", "Shuffle all documents, and keep those that were removed"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<MixConfig>(arguments);
        var job = new MixJob(config) { Group = group, Quarantine = Quarantines(arguments) };
        if (config.DryRun)
        {
            var outputs = new ResultTable(new("output"), new("inputs", IsNumber: true));
            foreach (var (path, inputs) in job.Outputs)
            {
                outputs.Add(path, inputs);
            }

            outputs.Write(terminal, AsJson(arguments));
            return ExitCode.Success;
        }

        var result = await ProgressDisplay.RunAsync(terminal, "Mixing", "documents", null, progress => job.Run(done => progress.Report(done), cancellation));
        var table = new ResultTable(
            new("stream"), new("read", IsNumber: true), new("written", IsNumber: true), new("not sampled", IsNumber: true), new("not included", IsNumber: true),
            new("excluded", IsNumber: true), new("too short", IsNumber: true), new("spans replaced", IsNumber: true), new("text bytes", IsNumber: true));
        foreach (var stream in result.Streams)
        {
            table.Add(
                stream.Name, stream.Documents, stream.Written, stream.Sampled, stream.NotIncluded, stream.Excluded, stream.TooShort, stream.Replaced, stream.TextBytes);
        }

        table.Write(terminal, AsJson(arguments));
        if (!AsJson(arguments) && result.Streams.Any(stream => stream.ExcludedBy.Count > 0))
        {
            await terminal.Output.WriteLineAsync();
            ExcludedBy(result).Write(terminal, asJson: false);
        }

        await terminal.Error.WriteLineAsync(
            $"{result.Shards} files; {result.Skipped} tasks finished before{(result.Quarantined > 0 ? $"; {result.Quarantined} lines in quarantine" : "")}");
        return result.Quarantined > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static ResultTable ExcludedBy(MixResult result)
    {
        var table = new ResultTable(new("exclude"), new("stream"), new("documents", IsNumber: true));
        foreach (var (filter, stream, documents) in result.Streams.SelectMany(stream => stream.ExcludedBy.Select(row => (row.Filter, stream.Name, row.Documents))))
        {
            table.Add(filter, stream, documents);
        }

        return table;
    }
}
