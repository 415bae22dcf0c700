namespace OlmoSharp.Inference.Sampling;

/// <summary>Computes log-probabilities from logits. For one thread at a time.</summary>
internal sealed class LogProbabilityReader
{
    private readonly RankSelection _selection = new();
    private ulong[] _weights = [];

    /// <summary>The log-probabilities of a token and of the most probable ones.</summary>
    /// <param name="logits">[vocabulary], as the model gave them.</param>
    /// <param name="id">The token.</param>
    /// <param name="top">How many of the most probable.</param>
    public ChosenLogProbabilities Read(ReadOnlySpan<float> logits, int id, int top)
    {
        if (_weights.Length != logits.Length)
        {
            _weights = new ulong[logits.Length];
        }

        // The weights' rounding changes the logarithm by less than 10⁻⁸.
        var largest = Sampler.Largest(logits);
        var normalizer = largest + Math.Log((double)ProbabilityWeights.Fill(logits, largest, 1, _weights) / ProbabilityWeights.Largest);
        return new(new(id, logits[id] - normalizer), Top(logits, top, normalizer));
    }

    /// <summary>The most probable tokens, the most probable first.</summary>
    /// <param name="logits">[vocabulary], as the model gave them.</param>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <param name="normalizer">log Σ exp(logit).</param>
    public TokenLogProbability[] Top(ReadOnlySpan<float> logits, int count, double normalizer)
    {
        count = Math.Min(count, logits.Length);
        if (count == 0)
        {
            return [];
        }

        var border = _selection.Find(logits, [], (ulong)count);
        var top = new (float Logit, int Id)[count];
        var end = 0;
        for (var id = 0; end < count; id++)
        {
            if (border.Takes(logits[id]))
            {
                top[end++] = (logits[id], id);
            }
        }

        // By logits, because the log-probabilities of two near ones may round to the same number.
        Array.Sort(top, (a, b) => a.Logit != b.Logit ? b.Logit.CompareTo(a.Logit) : a.Id.CompareTo(b.Id));
        return [.. top.Select(token => new TokenLogProbability(token.Id, token.Logit - normalizer))];
    }
}
