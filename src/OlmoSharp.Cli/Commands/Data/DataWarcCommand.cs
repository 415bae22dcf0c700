using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Warc;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data warc</c>.</summary>
internal sealed class DataWarcCommand : DataJobCommand
{
    public DataWarcCommand()
        : base("warc", "Make documents of the pages in web archives") =>
        Examples =
        [
            new("olmo data warc -c warc.yaml", "Extract the main text of the pages in a config's WARC files; files finished before are skipped"),
            new("olmo data warc -c warc.yaml --on-error quarantine", "Go on without responses that cannot be read"),
        ];

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<WarcConfig>(arguments);
        var job = new WarcJob(config, Quarantines(arguments));
        if (config.Linearizer is not null)
        {
            await terminal.Error.WriteLineAsync($"note: text is extracted with SmartReader, not {config.Linearizer}");
        }

        if (config.DryRun)
        {
            ShowPlan(arguments, terminal, job.Tasks.Select(task => (task.Inputs[0], (object)task.Outputs[0])));
            return ExitCode.Success;
        }

        var result = await ProgressDisplay.RunAsync(terminal, "Extracting", "pages", null, progress =>
            new ShardJob("warc", job.Settings) { Threads = config.Debug ? 1 : config.Processes, Group = group, Again = config.IgnoreExisting }
                .Run(job.Tasks, job.Run, done => progress.Report(done), cancellation));
        return Conclude(arguments, terminal, result);
    }
}
