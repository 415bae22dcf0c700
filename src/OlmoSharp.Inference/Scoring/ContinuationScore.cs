using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Scoring;

/// <summary>How probable a continuation is.</summary>
/// <param name="LogProbabilities">Of each of its tokens after all before it: the natural logarithm, over the model's whole vocabulary, in double precision from the model's logits.</param>
/// <param name="AreGreedy">For each of its tokens, whether no other is more probable; of equally probable ones the lowest id counts.</param>
public sealed record ContinuationScore(IReadOnlyList<double> LogProbabilities, IReadOnlyList<bool> AreGreedy)
{
    /// <summary>For each of its tokens the most probable ones in its place, as many as <see cref="ContinuationPair.Top"/> says; empty where that is none.</summary>
    public IReadOnlyList<IReadOnlyList<TokenLogProbability>> Top { get; init; } = [];

    /// <summary>The logarithm of the continuation's probability.</summary>
    public double Sum { get; } = LogProbabilities.Sum();

    /// <summary>Whether greedy decoding would give just this continuation.</summary>
    public bool IsGreedy { get; } = !AreGreedy.Contains(false);
}
