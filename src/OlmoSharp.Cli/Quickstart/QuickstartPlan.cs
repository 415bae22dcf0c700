using System.Diagnostics;
using OlmoSharp.Training;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>How many steps fit into the time.</summary>
/// <param name="PretrainingSteps">First stage.</param>
/// <param name="AnnealingSteps">Each annealing run.</param>
/// <param name="TokensPerSecond">Rate measured on this machine just now; null if the plan is an earlier one.</param>
internal sealed record QuickstartPlan(long PretrainingSteps, long AnnealingSteps, double? TokensPerSecond)
{
    // Shares of the training time. Two annealing runs follow the first stage, each of the rest's half.
    private const double PretrainingShare = 0.72;
    private const double AnnealingShare = (1 - PretrainingShare) / 2;

    // During the first stage and after each annealing run; then of all four models at the end. A forward pass is a third of a training step.
    private const int EvaluationsDuringTraining = QuickstartConfigs.Evaluations + 2;
    private const int EvaluatedModels = 4;
    private const double ForwardSpeedup = 3;

    // A long run has interruptions that a median of a few seconds does not show.
    private const double SustainedShare = 0.9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measurement = TimeSpan.FromSeconds(4);

    /// <summary>Trains a throw-away model for a few seconds and divides the time by its rate.</summary>
    /// <param name="config">The first stage; its steps and folder are ignored.</param>
    /// <param name="seconds">Time for all training and evaluation.</param>
    /// <param name="heldOutTokens">Tokens of one held-out evaluation.</param>
    /// <param name="taskTokens">Tokens of one evaluation on tasks during training, and of one of a finished model.</param>
    /// <param name="scratch">A folder that is made and removed.</param>
    /// <param name="care">Share of the usual time to measure for.</param>
    /// <param name="cancellation">Stops.</param>
    public static QuickstartPlan Measure(TrainConfig config, double seconds, long heldOutTokens, (long During, long Finished) taskTokens, string scratch, double care, CancellationToken cancellation)
    {
        try
        {
            using var trainer = Trainer.Create(config with { Run = scratch, Steps = 1_000_000 });
            // The first steps run half-compiled code.
            StepSeconds(trainer, WarmUp * care, cancellation);
            var rate = SustainedShare / StepSeconds(trainer, Measurement * care, cancellation);
            var tokensPerSecond = rate * config.BatchSize * config.Data.SequenceLength;
            var evaluated = (EvaluationsDuringTraining * (heldOutTokens + taskTokens.During)) + (EvaluatedModels * (heldOutTokens + taskTokens.Finished));
            var training = Math.Max(0, seconds - (evaluated / (tokensPerSecond * ForwardSpeedup)));
            return new(
                Math.Max(20, (long)(training * PretrainingShare * rate)),
                Math.Max(10, (long)(training * AnnealingShare * rate)),
                tokensPerSecond);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    /// <summary>Median time of a step.</summary>
    private static double StepSeconds(Trainer trainer, TimeSpan time, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        List<double> seconds = [];
        do
        {
            cancellation.ThrowIfCancellationRequested();
            seconds.Add(trainer.TrainStep().Duration.TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < time);

        return seconds.Order().ElementAt(seconds.Count / 2);
    }
}
