using OlmoSharp.Training.Config;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>The training configs of a quickstart: OLMo 2's recipe at its size.</summary>
/// <param name="options">What the user asked for.</param>
/// <param name="folders">Where things lie.</param>
/// <param name="sources">Names of the sources with training shards.</param>
/// <param name="heldOutSources">Names of the sources with held-out shards.</param>
/// <param name="tasks">What to evaluate on.</param>
internal sealed class QuickstartConfigs(
    QuickstartOptions options, QuickstartFolders folders, IReadOnlyCollection<string> sources, IReadOnlyCollection<string> heldOutSources, QuickstartTasks tasks)
{
    /// <summary>Held-out evaluations during the first stage.</summary>
    public const int Evaluations = 4;

    private const double WarmupShare = 0.03;
    private const double FinalFraction = 0.1;

    /// <summary>First stage: every source once an epoch, warmup, cosine to a tenth.</summary>
    public TrainConfig Pretraining(long steps) => new()
    {
        Run = folders.Pretraining,
        Tokenizer = folders.Tokenizer,
        Model = options.Size.Model,
        Data = new DataConfig
        {
            Sources = [.. sources.Select(source => new TrainSourceConfig { Name = source, Shards = Shards(folders.TrainShards, source) })],
            HeldOut = [.. heldOutSources.Select(source => new HeldOutSourceConfig { Name = source, Shards = Shards(folders.HeldOutShards, source) })],
            SequenceLength = options.Size.SequenceLength,
        },
        Steps = steps,
        BatchSize = options.Size.BatchSize,
        Optimizer = new OptimizerConfig { LearningRate = options.Size.LearningRate },
        Schedule = new ScheduleConfig { WarmupSteps = (long)Math.Ceiling(steps * WarmupShare), FinalFraction = FinalFraction },
        Evaluation = new EvaluationConfig
        {
            Every = Math.Max(1, steps / Evaluations),
            Tasks = tasks.Names,
            Limit = tasks.LimitDuringTraining,
            Data = tasks.Data,
            Fewshot = options.EvaluationFewshot,
            TaskFiles = folders.Tasks,
        },
        Checkpoints = new CheckpointConfig { Every = Math.Max(1, steps / Evaluations), KeepLast = 1 },
    };

    /// <summary>
    /// Late stage: from the first stage's last learning rate straight to zero, optimizer state kept, new data order, and a mix in which
    /// prose documentation counts twice.
    /// </summary>
    public TrainConfig Annealing(TrainConfig pretraining, string checkpoint, long steps, long seed) => pretraining with
    {
        Run = folders.Annealing(seed),
        InitialCheckpoint = checkpoint,
        Data = pretraining.Data with
        {
            Sources = [.. pretraining.Data.Sources.Select(source => source with { Repetition = AnnealingRepetition(source.Name) })],
            Seed = seed,
        },
        Steps = steps,
        Optimizer = pretraining.Optimizer with { LearningRate = pretraining.Optimizer.LearningRate * FinalFraction },
        Schedule = new ScheduleConfig { Decay = DecayShape.Linear, FinalFraction = 0 },
        Evaluation = pretraining.Evaluation with { Every = 0 },
        Checkpoints = new CheckpointConfig { Every = 0, KeepLast = 1 },
    };

    private double AnnealingRepetition(string source)
        => options.Text.Count == 0 && (source is "dotnet-base" or "aspnetcore" or "dotnet-extensions") ? 2 : 1;

    private static string Shards(string folder, string source) => Path.Combine(folder, source + "-*.npy");
}
