using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>
/// Perplexities of a set of texts by token, word, character and byte, exp(−Σ log p / Σ units), and bits per byte, −Σ log p / (ln 2 · Σ bytes): sums over sums, so that long texts weigh more.
/// Standard errors are those of a ratio of sums (<see cref="RatioMean"/>), the texts being a sample.
/// </summary>
internal static class CorpusLikelihood
{
    /// <summary>The metric that models with different vocabularies are compared by.</summary>
    public const string BitsPerByte = "bits_per_byte";

    /// <summary>The logarithm of a text's probability.</summary>
    public const string SumLogits = "sum_logits";

    /// <summary>How many tokens a text has.</summary>
    public const string Tokens = "num_tokens";

    /// <summary>Its words.</summary>
    public const string Words = "num_words";

    /// <summary>Its characters.</summary>
    public const string Characters = "num_chars";

    /// <summary>Its bytes.</summary>
    public const string Bytes = "num_bytes";

    private static readonly (string Metric, string Unit)[] Perplexities = [("ppl_token", Tokens), ("ppl_char", Characters), ("ppl_word", Words), ("ppl_byte", Bytes)];

    /// <summary>What one text adds to the sums, and its own bits per byte.</summary>
    /// <param name="request">The text.</param>
    /// <param name="logLikelihood">The logarithm of its probability.</param>
    /// <param name="tokens">Its tokens.</param>
    public static IReadOnlyDictionary<string, double> ValuesOf(EvaluationRequest request, double logLikelihood, int tokens)
    {
        var length = TextLength.Of(request.Continuation ?? request.Context);
        var bytes = request.Tokenized?.ByteCount ?? length.Bytes;
        var values = new Dictionary<string, double>
        {
            [SumLogits] = logLikelihood,
            [Tokens] = tokens,
            [Words] = length.Words,
            [Characters] = length.Characters,
            [Bytes] = bytes,
        };
        if (bytes > 0)
        {
            values[BitsPerByte] = -logLikelihood / Math.Log(2) / bytes;
        }

        return values;
    }

    /// <summary>Whether a text was scored and has anything in it.</summary>
    public static bool IsScored(InstanceScore text) => text.Failure is null && text.Metrics.GetValueOrDefault(Tokens) > 0;

    /// <summary>The metrics of some texts; those without an answer or without a token add nothing. None where that is all.</summary>
    public static IReadOnlyDictionary<string, MetricScore> Of(IEnumerable<InstanceScore> texts)
    {
        List<IReadOnlyDictionary<string, double>> scored = [.. texts.Where(IsScored).Select(text => text.Metrics)];
        var metrics = new Dictionary<string, MetricScore>();
        if (scored.Count == 0)
        {
            return metrics;
        }

        foreach (var (metric, unit) in Perplexities)
        {
            if (scored.Sum(text => text[unit]) == 0)
            {
                // Tokens that stand for no text at all have no perplexity by byte.
                continue;
            }

            var (ratio, error) = Ratio(scored, unit);
            // The perplexity's error by the delta rule: the derivative of e^x is e^x.
            var perplexity = Math.Exp(ratio);
            metrics[metric] = new(perplexity, error * perplexity, scored.Count);
            if (unit == Bytes)
            {
                metrics[BitsPerByte] = new(ratio / Math.Log(2), error / Math.Log(2), scored.Count);
            }
        }

        return metrics;
    }

    private static (double Ratio, double? Error) Ratio(List<IReadOnlyDictionary<string, double>> texts, string unit)
    {
        double[] nats = [.. texts.Select(text => -text[SumLogits])];
        if (nats.Any(value => !double.IsFinite(value)))
        {
            // A text that the model holds impossible makes the whole impossible.
            return (nats.Sum(), null);
        }

        var ratio = RatioMean.Of(nats, [.. texts.Select(text => text[unit])]);
        return (ratio.Ratio, ratio.StandardError);
    }
}
