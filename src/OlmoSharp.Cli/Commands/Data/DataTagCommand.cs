using System.CommandLine;
using System.Globalization;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data tag</c>.</summary>
internal sealed class DataTagCommand : DataJobCommand
{
    private readonly TaggerAssemblyOption _assemblies = new();

    public DataTagCommand()
        : base("tag", "Say of every document what taggers find in it, as attribute files beside the documents")
    {
        Add(_assemblies);
        Examples =
        [
            new("olmo data tag -c tag.yaml", "Run the taggers of a config; shards finished before are skipped"),
            new("olmo data tag -c tag.yaml --set dryrun=true", "Check the config, and list what would be written"),
            new("olmo data tag -c tag.yaml --tagger-assembly MyTaggers.dll", "Use taggers of your own"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<TagConfig>(arguments);
        var job = new TagJob(config, _assemblies.Catalog(arguments, config.TaggerAssemblies), Quarantines(arguments));
        if (config.WorkDir is { Input: not null } or { Output: not null })
        {
            await terminal.Error.WriteLineAsync("note: work_dir is not needed: nothing is kept but the attributes and a manifest beside each");
        }

        if (config.DryRun)
        {
            ShowPlan(job, terminal, AsJson(arguments));
            return ExitCode.Success;
        }

        var threads = config.Debug || config.Profile.Enable ? 1 : config.Processes;
        var result = await ProgressDisplay.RunAsync(terminal, "Tagging", "documents", null, progress =>
            new ShardJob("tag", job.Settings) { Threads = threads, Group = group, Again = config.IgnoreExisting }
                .Run(job.Tasks, job.Run, done => progress.Report(done), cancellation));
        var code = Conclude(arguments, terminal, result);
        if (job.Profile is not null)
        {
            await ShowProfileAsync(job.Profile, config.Profile, terminal, AsJson(arguments));
        }

        return code;
    }

    private static void ShowPlan(TagJob job, Terminal terminal, bool asJson)
    {
        var table = new ResultTable(new("documents"), new("output"));
        foreach (var task in job.Tasks)
        {
            foreach (var output in task.Outputs)
            {
                table.Add(task.Inputs[0], output);
            }
        }

        table.Write(terminal, asJson);
    }

    private static async Task ShowProfileAsync(TagProfile profile, TagProfileConfig config, Terminal terminal, bool asJson)
    {
        var total = profile.Times.Sum(row => row.Time.TotalSeconds);
        var table = new ResultTable(new("tagger"), new("seconds", IsNumber: true), new("share", IsNumber: true));
        foreach (var (tagger, time) in profile.Times.Take(config.Lines))
        {
            table.Add(tagger, time.TotalSeconds, total > 0 ? time.TotalSeconds / total : 0);
        }

        if (config.Output is not { } path)
        {
            table.Write(terminal, asJson);
            return;
        }

        var text = new StringWriter(CultureInfo.InvariantCulture);
        table.Write(new Terminal { Output = text, Error = terminal.Error, IsWatched = false, OutputWidth = int.MaxValue }, asJson);
        await Task.Run(() => AtomicFile.WriteAllText(path, text.ToString()));
    }
}
