namespace OlmoSharp.Evaluation.Execution;

/// <summary>Runs many programs.</summary>
internal static class ProgramBatch
{
    /// <summary>Runs programs in parallel.</summary>
    /// <param name="sandbox">Where they run.</param>
    /// <param name="programs">The programs.</param>
    /// <param name="limits">What each may use.</param>
    /// <param name="parallel">How many run at a time; the machine's processors if null.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Ends all.</param>
    /// <returns>The results in the order of the programs.</returns>
    /// <exception cref="EvaluationException">A program could not be run at all, which must not count as a wrong answer.</exception>
    public static async Task<IReadOnlyList<ExecutionResult>> RunAsync(
        Sandbox sandbox, IReadOnlyList<string> programs, ExecutionLimits limits, int? parallel = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        var results = new ExecutionResult[programs.Count];
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, programs.Count, options, async (index, token) =>
        {
            results[index] = await sandbox.RunAsync(programs[index], limits, token).ConfigureAwait(false);
            if (results[index].Outcome == ExecutionOutcome.CannotRun)
            {
                throw new EvaluationException($"program {index} could not be run: {results[index].Message.Trim()}. Is there room for temporary files and processes?");
            }

            progress?.Report(Interlocked.Increment(ref done));
        }).ConfigureAwait(false);
        return results;
    }

    /// <summary>How many programs ended in each way.</summary>
    public static IReadOnlyDictionary<ExecutionOutcome, int> Count(IEnumerable<ExecutionResult> results) =>
        results.CountBy(result => result.Outcome).ToDictionary();
}
