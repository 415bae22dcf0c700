using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using Xunit;

namespace OlmoSharp.Training.Tests.Runs;

/// <summary>Runs trainings as the command does, and looks at what they leave.</summary>
internal static class SampleRun
{
    public static void Train(TrainConfig config, bool resume = false, params TrainingCallback[] extra) => Run(config, resume, CancellationToken.None, extra);

    /// <summary>Trains until the run is asked to stop during a step.</summary>
    public static void TrainUntilStopped(TrainConfig config, long step)
    {
        using var cancellation = new CancellationTokenSource();
        Run(config, resume: false, cancellation.Token, new AtStep(step, cancellation.Cancel));
    }

    /// <summary>Trains, but fails after a step as a crash would: nothing is saved at the end.</summary>
    public static void TrainUntilCrash(TrainConfig config, long step, bool resume = false)
        => Assert.Throws<InvalidTimeZoneException>(() => Train(config, resume, new AtStep(step, () => throw new InvalidTimeZoneException("crash"))));

    public static string Checkpoint(TrainConfig config, long? step = null) => new CheckpointStore(config.Run).PathOf(step ?? config.Steps);

    /// <summary>Hashes of everything in the last checkpoint that must not depend on how the run came there.</summary>
    public static SortedDictionary<string, string> Result(TrainConfig config)
    {
        var folder = Checkpoint(config);
        return new(
            new[] { "model.safetensors", "config.json", "tokenizer.json", "training/optimizer.safetensors", "training/state.json" }
                .ToDictionary(name => name, name => Sha256(Path.Combine(folder, name))),
            StringComparer.Ordinal);
    }

    public static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>Lines of the metrics log, without the figures that depend on the clock.</summary>
    public static IReadOnlyList<string> Metrics(TrainConfig config)
        => [.. File.ReadAllLines(Path.Combine(config.Run, MetricsLog.File)).Select(line =>
        {
            var json = JsonNode.Parse(line)!.AsObject();
            foreach (var name in json.Select(pair => pair.Key).Where(name => name.StartsWith("throughput/", StringComparison.Ordinal)).ToList())
            {
                json.Remove(name);
            }

            return json.ToJsonString();
        })];

    public static IReadOnlyList<long> LoggedSteps(TrainConfig config) => [.. Metrics(config).Select(line => (long)JsonNode.Parse(line)!["step"]!)];

    /// <summary>Files and folders whose names say that they are unfinished.</summary>
    public static IReadOnlyList<string> Leftovers(TrainConfig config)
        => [.. Directory.EnumerateFileSystemEntries(config.Run, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith('.') || name.EndsWith(".tmp", StringComparison.Ordinal)))];

    private static void Run(TrainConfig config, bool resume, CancellationToken cancellation, params TrainingCallback[] extra)
    {
        using var log = new MetricsLog();
        using var trainer = Trainer.Create(config, resume);
        trainer.Run([new ThroughputMeter(), new HeldOutEvaluation(cancellation), log, new CheckpointSaver(), .. extra], cancellation);
    }

    private sealed class AtStep(long step, Action action) : TrainingCallback
    {
        public override void OnStep(Trainer trainer, StepResult result)
        {
            if (result.Step == step)
            {
                action();
            }
        }
    }
}
