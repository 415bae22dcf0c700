namespace OlmoSharp.Inference.Scoring;

/// <summary>How probable a continuation is.</summary>
/// <param name="LogProbabilities">Of each of its tokens after all before it: the natural logarithm, over the model's whole vocabulary, in double precision from the model's logits.</param>
/// <param name="AreGreedy">For each of its tokens, whether no other is more probable; of equally probable ones the lowest id counts.</param>
public sealed record ContinuationScore(IReadOnlyList<double> LogProbabilities, IReadOnlyList<bool> AreGreedy)
{
    /// <summary>The logarithm of the continuation's probability.</summary>
    public double Sum { get; } = LogProbabilities.Sum();

    /// <summary>Whether greedy decoding would give just this continuation.</summary>
    public bool IsGreedy { get; } = !AreGreedy.Contains(false);
}
