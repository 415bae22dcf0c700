using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Server.Responses;

/// <summary>Puts log-probabilities into the form of <c>/v1/chat/completions</c>.</summary>
internal static class ChatLogProbabilityFormat
{
    /// <summary>The log-probabilities of tokens.</summary>
    public static ChatLogProbabilities Of(Tokenizer tokenizer, IEnumerable<ChosenLogProbabilities> tokens) => new(
    [
        .. tokens.Select(token => new ChatTokenLogProbability(
            TokenText.Of(tokenizer, token.Chosen.Id),
            TokenText.Finite(token.Chosen.LogProbability),
            TokenText.BytesOf(tokenizer, token.Chosen.Id),
            [.. token.Top.Select(top => new ChatTopLogProbability(TokenText.Of(tokenizer, top.Id), TokenText.Finite(top.LogProbability), TokenText.BytesOf(tokenizer, top.Id)))])),
    ]);
}
