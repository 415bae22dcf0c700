using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Scoring;

/// <summary>
/// Scores continuations by their likelihood. What pairs have in common from the beginning is computed once: their tokens form a tree, which is walked depth first by several sequences at
/// once, so that every pass has enough tokens and the caches hold little more than the paths being walked. On the native engine the scores are bit by bit those of each pair alone.
/// Not thread-safe.
/// </summary>
/// <param name="engine">Runs the model. It is the caller's, and sequences of others may live in it.</param>
public sealed class LikelihoodScorer(IInferenceEngine engine)
{
    /// <summary>Most tokens a pass, at least 1.</summary>
    public int TokensPerPass
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 512;

    /// <summary>Tokens that all pairs so far would have taken alone.</summary>
    public long TokensAsked { get; private set; }

    /// <summary>Tokens that were computed for them.</summary>
    public long TokensComputed { get; private set; }

    /// <summary>Scores pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="report">Told how many of the distinct tokens are done, and how many there are; null: nobody.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>The scores in the order of the pairs.</returns>
    /// <exception cref="InferenceException">A pair has no context or no continuation, has a token that is none of the model's, or is longer than the model's context or the engine's free positions.</exception>
    public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<ContinuationPair> pairs, Action<long, long>? report = null, CancellationToken cancellation = default)
    {
        var tree = ContinuationTree.Build(pairs, engine.Config);
        using var empty = engine.NewSequence();
        using var run = new ScoringRun(engine, tree, empty.PositionsFor);
        if (run.LeastPositions > engine.FreePositions)
        {
            throw new InferenceException(
                $"the longest pair needs {run.LeastPositions} cached positions, but {engine.FreePositions} of {engine.Positions} are free; give the engine more positions or shorten the text");
        }

        run.Begin(engine.FreePositions);
        TokensAsked += tree.TokensAsked;
        var done = 0L;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var tokens = run.Step(TokensPerPass);
            if (tokens == 0)
            {
                return run.Scores();
            }

            done += tokens;
            TokensComputed += tokens;
            report?.Invoke(done, tree.Tokens);
        }
    }
}
