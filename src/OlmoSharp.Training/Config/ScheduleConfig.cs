using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>Learning rate over the steps: linear warmup, then a decay to a fraction of the peak.</summary>
public sealed record ScheduleConfig
{
    /// <summary>Form of the decay.</summary>
    public DecayShape Decay { get; init; } = DecayShape.Cosine;

    /// <summary>Steps from 0 to the peak.</summary>
    [Range(0, long.MaxValue)]
    public long WarmupSteps { get; init; }

    /// <summary>Learning rate at the end as a fraction of the peak: 0.1 in OLMo 2's first stage, 0 when annealing.</summary>
    [Range(0, 1)]
    public double FinalFraction { get; init; } = 0.1;

    /// <summary>Steps over which the decay is laid out; 0: those of the run. A longer one stops early, as OLMo 2's first stage did.</summary>
    [Range(0, long.MaxValue)]
    public long DecaySteps { get; init; }

    /// <summary>Factor of the peak learning rate at a step.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="steps">Steps of the run.</param>
    public double Factor(long step, long steps)
    {
        if (step <= WarmupSteps)
        {
            return (double)step / WarmupSteps;
        }

        var end = DecaySteps == 0 ? steps : DecaySteps;
        var progress = end <= WarmupSteps ? 1.0 : Math.Min(1.0, (double)(step - WarmupSteps) / (end - WarmupSteps));
        return Decay switch
        {
            DecayShape.Cosine => FinalFraction + (1 - FinalFraction) * 0.5 * (1 + Math.Cos(Math.PI * progress)),
            DecayShape.Linear => 1 - (1 - FinalFraction) * progress,
            _ => 1,
        };
    }
}
