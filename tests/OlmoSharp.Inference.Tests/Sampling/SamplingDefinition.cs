using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Tests.Sampling;

/// <summary>The distribution of the next token as the definitions have it: float64, sorted in full, step after step.</summary>
internal static class SamplingDefinition
{
    /// <summary>Probabilities by id; a token that may not be chosen is missing.</summary>
    public static Dictionary<int, double> Of(float[] logits, SamplingOptions options, int[] prompt, int[] generated, Func<int, bool>? allowed = null)
    {
        var adjusted = logits.Select((logit, id) =>
        {
            var count = generated.Count(other => other == id);
            double value = logit;
            if (count > 0 || prompt.Contains(id))
            {
                value = value < 0 ? value * options.RepetitionPenalty : value / options.RepetitionPenalty;
            }

            // The sampler rounds what it changed to the logits' own type.
            value = (float)(value - count * options.FrequencyPenalty - (count > 0 ? 1 : 0) * options.PresencePenalty);
            return allowed?.Invoke(id) == false ? double.NegativeInfinity : (float)(value + options.LogitBias.GetValueOrDefault(id));
        }).ToArray();
        var ranked = Enumerable.Range(0, logits.Length).OrderByDescending(id => adjusted[id]).Where(id => !double.IsNegativeInfinity(adjusted[id]));
        if (options.Temperature == 0)
        {
            return new() { [ranked.First()] = 1 };
        }

        var kept = ranked.Take(options.TopK == 0 ? int.MaxValue : options.TopK).ToArray();
        var weights = kept.ToDictionary(id => id, id => Math.Exp((adjusted[id] - adjusted[kept[0]]) / options.Temperature));
        var total = weights.Values.Sum();
        var before = 0.0;
        kept = [.. kept.TakeWhile(id =>
        {
            var isKept = options.TopP == 1 || before < options.TopP * total;
            before += weights[id];
            return isKept;
        })];
        kept = [.. kept.Where(id => weights[id] >= options.MinP * weights[kept[0]])];
        var mass = kept.Sum(id => weights[id]);
        return kept.ToDictionary(id => id, id => weights[id] / mass);
    }
}
