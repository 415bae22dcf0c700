namespace OlmoSharp.Evaluation.Execution;

/// <summary>What came of a generated program.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">The end of what it wrote to standard error, or why it could not run.</param>
/// <param name="Output">What it printed, at most as much as the limit.</param>
/// <param name="Time">How long it ran.</param>
internal sealed record ExecutionResult(ExecutionOutcome Outcome, string Message, string Output, TimeSpan Time)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Outcome == ExecutionOutcome.Passed;
}
