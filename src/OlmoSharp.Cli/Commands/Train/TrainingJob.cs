using System.Globalization;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.InLoop;
using OlmoSharp.Training;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Cli.Commands.Train;

/// <summary>Runs a training config with progress, logs, evaluation and checkpoints.</summary>
internal static class TrainingJob
{
    /// <summary>Trains to the end and returns the last checkpoint's folder.</summary>
    /// <exception cref="OperationCanceledException">Stopped; a checkpoint to go on from is saved.</exception>
    public static async Task<string> RunAsync(Terminal terminal, string title, TrainConfig config, bool resume, CancellationToken cancellation)
    {
        var tasks = PrepareTasks(config);
        foreach (var note in tasks?.Notes ?? [])
        {
            await terminal.Error.WriteLineAsync(note);
        }

        using var trainer = Trainer.Create(config, resume);
        tasks?.Save(Path.Combine(config.Run, MetricsLog.TasksFile));
        var total = config.Steps * config.BatchSize * config.Data.SequenceLength;
        using var log = new MetricsLog();
        ScheduledEvaluation[] evaluations = [new HeldOutEvaluation(cancellation), .. tasks is null ? [] : new[] { new TaskEvaluation(tasks.Evaluate, cancellation) }];
        await ProgressDisplay.RunAsync(terminal, title, "tokens", total, progress =>
        {
            trainer.Run(
                [
                    new ThroughputMeter(),
                    .. evaluations,
                    log,
                    new CheckpointSaver(),
                    new ProgressReport(result => progress.Report(result.Tokens, Describe(result))),
                ],
                cancellation);
            return true;
        });
        var checkpoint = trainer.Checkpoints.PathOf(trainer.Step);
        if (trainer.Step < config.Steps)
        {
            // Before the first step there is nothing to save.
            var saved = Directory.Exists(checkpoint) ? $"saved {checkpoint}" : "no checkpoint yet";
            await terminal.Error.WriteLineAsync($"Stopped after step {trainer.Step} of {config.Steps}; {saved}. Go on with --resume.");
            cancellation.ThrowIfCancellationRequested();
        }

        if (evaluations.Any(evaluation => evaluation.WasStopped))
        {
            await terminal.Error.WriteLineAsync($"Stopped during the evaluation after the last step; saved {checkpoint}. Evaluate it with --resume.");
            cancellation.ThrowIfCancellationRequested();
        }

        return checkpoint;
    }

    /// <summary>Reads the tasks that a config names, so that what is missing shows before anything is made; null if it names none.</summary>
    public static InLoopTasks? PrepareTasks(TrainConfig config)
    {
        var evaluation = config.Evaluation;
        return evaluation.Tasks.Count == 0 ? null : InLoopTasks.Prepare(
            new InLoopOptions
            {
                Names = evaluation.Tasks,
                Data = evaluation.Data,
                Fewshot = evaluation.Fewshot,
                TaskFiles = evaluation.TaskFiles,
                Limit = evaluation.Limit,
            },
            Tokenization.Tokenizer.Load(config.Tokenizer),
            config.Model.ContextLength);
    }

    private static string Describe(StepResult result)
        => string.Create(CultureInfo.InvariantCulture, $"step {result.Step}, cross entropy {result.Loss:0.000}")
            + (result.Router is { } router
                ? string.Create(CultureInfo.InvariantCulture, $", load balancing {router.LoadBalancingLoss:0.000}")
                : "")
            + (result.Metrics.TryGetValue("heldout/all/bits_per_byte", out var bits)
                ? string.Create(CultureInfo.InvariantCulture, $", held-out bits per byte {bits:0.000}")
                : "");
}
