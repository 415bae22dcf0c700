using OlmoSharp.Inference.Scoring;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>Scores pairs.</summary>
/// <param name="arrival">The request's number.</param>
/// <param name="run">The run, not begun.</param>
/// <param name="cancellation">The caller's.</param>
internal sealed class ScoringJob(long arrival, ScoringRun run, CancellationToken cancellation) : ResultJob<ContinuationScore>(arrival, cancellation)
{
    /// <inheritdoc/>
    public override int LeastPositions => run.LeastPositions;

    /// <inheritdoc/>
    public override int UsefulPositions => run.UsefulPositions;

    /// <inheritdoc/>
    public override void Begin(int positions)
    {
        base.Begin(positions);
        run.Begin(positions);
    }

    /// <inheritdoc/>
    public override int Step(int tokens) => run.Step(tokens);

    /// <inheritdoc/>
    public override void Stop() => run.Dispose();

    /// <inheritdoc/>
    protected override IReadOnlyList<ContinuationScore> Collect() => run.Scores();
}
