namespace OlmoSharp.Evaluation.Execution;

/// <summary>How a generated program ended.</summary>
internal enum ExecutionOutcome
{
    /// <summary>It ran to its end and its tests held.</summary>
    Passed,

    /// <summary>It raised an error, crashed, ended itself early, or a test did not hold.</summary>
    Failed,

    /// <summary>It was stopped at the time limit.</summary>
    TimedOut,

    /// <summary>It asked for more memory than the limit.</summary>
    OutOfMemory,

    /// <summary>It was stopped because it printed too much.</summary>
    TooMuchOutput,

    /// <summary>The sandbox or the interpreter did not start: this says nothing about the program.</summary>
    CannotRun,
}
