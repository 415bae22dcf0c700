namespace OlmoSharp.Inference.Sampling;

/// <summary>Chooses tokens.</summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly Random _random;
    private (float Logit, int Id)[] _candidates = [];

    /// <summary>Starts a sequence of choices.</summary>
    /// <exception cref="InferenceException">An option is out of range.</exception>
    public Sampler(SamplingOptions options)
    {
        options.Validate();
        _options = options;
        // A seeded Random keeps its algorithm between .NET versions, so a seed means the same text everywhere.
        _random = new(HashCodeOf(options.Seed));
    }

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">[vocabulary]; tokens with −∞ are never chosen.</param>
    public int Choose(ReadOnlySpan<float> logits)
    {
        if (_options.Temperature == 0)
        {
            return IndexOfLargest(logits);
        }

        if (_candidates.Length != logits.Length)
        {
            _candidates = new (float, int)[logits.Length];
        }

        for (var id = 0; id < logits.Length; id++)
        {
            _candidates[id] = (logits[id], id);
        }

        // Ties go to the lower id, so that the order does not depend on the sort.
        Array.Sort(_candidates, (a, b) => b.Logit != a.Logit ? b.Logit.CompareTo(a.Logit) : a.Id.CompareTo(b.Id));
        var count = _options.TopK == 0 ? logits.Length : Math.Min(_options.TopK, logits.Length);
        var weights = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += weights[i] = Math.Exp((_candidates[i].Logit - _candidates[0].Logit) / _options.Temperature);
        }

        var (kept, mass) = Nucleus(weights, sum);
        var point = _random.NextDouble() * mass;
        for (var i = 0; i < kept - 1; i++)
        {
            point -= weights[i];
            if (point < 0)
            {
                return _candidates[i].Id;
            }
        }

        return _candidates[kept - 1].Id;
    }

    private (int Count, double Mass) Nucleus(double[] weights, double sum)
    {
        var mass = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            mass += weights[i];
            if (mass >= _options.TopP * sum)
            {
                return (i + 1, mass);
            }
        }

        return (weights.Length, mass);
    }

    private static int IndexOfLargest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }

    private static int HashCodeOf(long seed) => unchecked((int)(seed ^ (seed >> 32)));
}
