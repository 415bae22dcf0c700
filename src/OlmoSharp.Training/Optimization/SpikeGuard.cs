using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Optimization;

/// <summary>
/// Decides which steps to skip: those whose loss or gradient norm is not finite, or more than some standard deviations above the mean of
/// the steps before (OLMo-core's skip-step optimizer).
/// </summary>
/// <param name="config">Window and threshold.</param>
public sealed class SpikeGuard(SpikeGuardConfig config)
{
    private readonly Queue<double> _losses = new();
    private readonly Queue<double> _norms = new();

    /// <summary>Steps skipped so far.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether to apply a step.</summary>
    public bool Accepts(double loss, double gradientNorm)
    {
        var finite = double.IsFinite(loss) && double.IsFinite(gradientNorm);
        var accepted = finite && !IsSpike(_losses, loss) && !IsSpike(_norms, gradientNorm);
        // Skipped steps count for the mean and spread as well, or a lasting rise would stop training for good.
        if (finite)
        {
            Add(_losses, loss);
            Add(_norms, gradientNorm);
        }

        if (!accepted)
        {
            Skipped++;
        }

        return accepted;
    }

    /// <summary>What <see cref="Restore"/> takes.</summary>
    public SpikeGuardState State() => new(Skipped, [.. _losses], [.. _norms]);

    /// <summary>Goes on from an earlier state.</summary>
    public void Restore(SpikeGuardState state)
    {
        Skipped = state.Skipped;
        _losses.Clear();
        _norms.Clear();
        foreach (var (loss, norm) in state.Losses.Zip(state.GradientNorms))
        {
            Add(_losses, loss);
            Add(_norms, norm);
        }
    }

    private void Add(Queue<double> window, double value)
    {
        window.Enqueue(value);
        if (window.Count > config.Window)
        {
            window.Dequeue();
        }
    }

    // A young window says little about the spread, so the guard waits until half of it is full.
    private bool IsSpike(Queue<double> window, double value)
    {
        if (config.Sigmas == 0 || window.Count < Math.Max(2, config.Window / 2))
        {
            return false;
        }

        var mean = window.Average();
        var variance = window.Sum(x => (x - mean) * (x - mean)) / (window.Count - 1);
        return value > mean + config.Sigmas * Math.Sqrt(variance);
    }
}
