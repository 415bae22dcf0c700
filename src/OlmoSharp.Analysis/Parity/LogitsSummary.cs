using System.Text.Json;

namespace OlmoSharp.Analysis.Parity;

/// <summary>What <c>logits.json</c> says beside the files of <see cref="LogitsExport"/>.</summary>
/// <param name="MeanCrossEntropy">Mean over all predicted tokens of all sequences of −ln p(token | tokens before it), in nats; null where no sequence has two tokens.</param>
/// <param name="PredictedTokens">How many tokens that is: all but the first of each sequence.</param>
/// <param name="Sequences">Each sequence, in order.</param>
public sealed record LogitsSummary(double? MeanCrossEntropy, long PredictedTokens, IReadOnlyList<SequenceLogits> Sequences)
{
    internal static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };
}
