using System.CommandLine;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Decontamination;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data decontaminate</c>.</summary>
internal sealed class DataDecontaminateCommand : DataJobCommand
{
    public DataDecontaminateCommand()
        : base("decontaminate", "Find the items of evaluation sets in documents") =>
        Examples =
        [
            new("olmo data decontaminate -c decontaminate.yaml", "Say where the documents hold questions of evaluation sets, and report every hit"),
            new("olmo data decontaminate -c decontaminate.yaml --set rules.require_answer=false", "Count a question even where its answer is not near"),
            new("olmo data decontaminate -c decontaminate.yaml --set dryrun=true", "Only read the evaluation sets, and show how many items can be looked for"),
        ];

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<DecontaminateConfig>(arguments);
        var job = new DecontaminateJob(config, Quarantines(arguments));
        if (config.DryRun)
        {
            ShowPlan(job, terminal, AsJson(arguments));
            return ExitCode.Success;
        }

        var result = await ProgressDisplay.RunAsync(terminal, "Looking", "documents", null, progress =>
            new ShardJob("decontaminate", job.Settings) { Threads = config.Debug ? 1 : config.Processes, Group = group, Again = config.IgnoreExisting }
                .Run(job.Tasks, job.Run, done => progress.Report(done), cancellation));
        if (group.Rank == 0)
        {
            var summary = job.Report(result);
            var page = Path.Combine(config.Report, "report.html");
            ReportPage.Write(DecontaminationPage.Of(summary), page);
            Show(summary, terminal, AsJson(arguments));
            await terminal.Error.WriteLineAsync($"{summary.ContaminatedDocuments} of {summary.Documents} documents are contaminated; report: {page}");
        }

        return result.Totals.GetValueOrDefault("quarantined") > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static void ShowPlan(DecontaminateJob job, Terminal terminal, bool asJson)
    {
        var table = new ResultTable(new("evaluation"), new("items", IsNumber: true), new("looked for", IsNumber: true), new("duplicates", IsNumber: true), new("unchecked", IsNumber: true));
        foreach (var evaluation in job.Index.Evaluations)
        {
            table.Add(evaluation.Name, evaluation.Items, evaluation.Indexed, evaluation.Duplicates, evaluation.Unchecked.Count);
        }

        table.Write(terminal, asJson);
    }

    private static void Show(ContaminationSummary summary, Terminal terminal, bool asJson)
    {
        var table = new ResultTable(
            new("evaluation"), new("items", IsNumber: true), new("unchecked", IsNumber: true), new("items hit", IsNumber: true), new("documents hit", IsNumber: true), new("hits", IsNumber: true),
            new("questions only", IsNumber: true));
        foreach (var row in summary.Evaluations)
        {
            table.Add(row.Evaluation, row.Items, row.Unchecked, row.ItemsHit, row.DocumentsHit, row.Hits, row.QuestionsOnly);
        }

        table.Write(terminal, asJson);
    }
}
