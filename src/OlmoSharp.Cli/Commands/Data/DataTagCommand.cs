using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data tag</c>.</summary>
internal sealed class DataTagCommand : DataJobCommand
{
    public DataTagCommand()
        : base("tag", "Say of every document what taggers find in it, as attribute files beside the documents") =>
        Examples = [new("olmo data tag -c tag.yaml", "Run the taggers of a config; shards finished before are skipped")];

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<TagConfig>(arguments);
        var catalog = new TaggerCatalog();
        var taggers = config.Taggers.Select(catalog.Configure).ToList();
        var job = new TagJob(taggers, config.Experiment) { Quarantine = Quarantines(arguments) };
        var name = config.Experiment ?? taggers[0].Name;
        var tasks = DocumentPatterns.Expand(config.Documents).Select(path => new ShardTask { Inputs = [path], Outputs = [AttributePaths.Of(path, name)] }).ToList();
        var result = await ProgressDisplay.RunAsync(terminal, "Tagging", "documents", null, progress =>
            new ShardJob("tag", job.Settings) { Threads = config.Processes, Again = config.IgnoreExisting }
                .Run(tasks, job.Run, done => progress.Report(done), cancellation));
        return Conclude(arguments, terminal, result);
    }
}
