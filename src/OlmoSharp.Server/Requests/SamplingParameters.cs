using System.Globalization;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads how tokens are chosen: OpenAI's parameters with OpenAI's defaults and ranges, and <c>top_k</c>, <c>min_p</c> and <c>repetition_penalty</c>.</summary>
internal static class SamplingParameters
{
    private const double StrongestPenalty = 2;
    private const double StrongestBias = 100;

    /// <summary>The sampling of a request.</summary>
    /// <param name="body">The request.</param>
    /// <param name="vocabulary">Ids of the model's tokenizer.</param>
    public static SamplingOptions Read(Parameters body, int vocabulary) => new()
    {
        Temperature = body.Number("temperature", 0, 2) ?? 1,
        // Of no probability mass the first token is still there.
        TopP = Math.Max(body.Number("top_p", 0, 1) ?? 1, double.Epsilon),
        TopK = (int)Math.Max(body.Integer("top_k", -1, int.MaxValue) ?? 0, 0),
        MinP = body.Number("min_p", 0, 1) ?? 0,
        RepetitionPenalty = body.Number("repetition_penalty", 0.01, 10) ?? 1,
        PresencePenalty = body.Number("presence_penalty", -StrongestPenalty, StrongestPenalty) ?? 0,
        FrequencyPenalty = body.Number("frequency_penalty", -StrongestPenalty, StrongestPenalty) ?? 0,
        LogitBias = Biases(body, vocabulary),
        Seed = body.Integer("seed", long.MinValue, long.MaxValue) ?? Random.Shared.NextInt64(),
    };

    private static Dictionary<int, double> Biases(Parameters body, int vocabulary)
    {
        var biases = new Dictionary<int, double>();
        if (body.Object("logit_bias") is not { } members)
        {
            return biases;
        }

        foreach (var (key, value) in members.Members())
        {
            var name = members.NameOf(Parameters.Shorten(key));
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id >= vocabulary)
            {
                throw ApiException.Invalid(name, $"Invalid '{name}': the key is no token id; the model has 0 to {vocabulary - 1}.");
            }

            if (!biases.TryAdd(id, Parameters.Number(value, name, -StrongestBias, StrongestBias)))
            {
                throw ApiException.Invalid(name, $"Invalid '{name}': the token has a bias already.");
            }
        }

        return biases;
    }
}
