namespace OlmoSharp.Inference.Sampling;

/// <summary>Which tokens a prompt has and how often each was generated, for penalties.</summary>
internal sealed class SeenTokens
{
    private readonly List<int> _ids = [];
    private int[] _generated = [];
    private Traits[] _traits = [];

    [Flags]
    private enum Traits : byte
    {
        None = 0,
        Listed = 1,
        InPrompt = 2,
    }

    /// <summary>Notes a token of the prompt.</summary>
    public void AddPrompt(int id)
    {
        List(id);
        _traits[id] |= Traits.InPrompt;
    }

    /// <summary>Notes a generated token.</summary>
    public void Add(int id)
    {
        List(id);
        _generated[id]++;
    }

    /// <summary>Takes back <see cref="Add"/>.</summary>
    public void Remove(int id) => _generated[id]--;

    /// <summary>Lowers the logits of tokens seen. Ids beyond the logits are passed over.</summary>
    public void Penalize(Span<float> logits, SamplingOptions options)
    {
        foreach (var id in _ids)
        {
            var count = _generated[id];
            if ((count == 0 && (_traits[id] & Traits.InPrompt) == 0) || id >= logits.Length)
            {
                continue;
            }

            double logit = logits[id];
            logit = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
            logit -= (count > 0 ? options.PresencePenalty : 0) + count * options.FrequencyPenalty;
            logits[id] = (float)logit;
        }
    }

    private void List(int id)
    {
        if (id >= _traits.Length)
        {
            var size = Math.Max(id + 1, 2 * _traits.Length);
            Array.Resize(ref _traits, size);
            Array.Resize(ref _generated, size);
        }

        if ((_traits[id] & Traits.Listed) == 0)
        {
            _traits[id] |= Traits.Listed;
            _ids.Add(id);
        }
    }
}
