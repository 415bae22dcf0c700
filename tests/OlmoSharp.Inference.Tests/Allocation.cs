namespace OlmoSharp.Inference.Tests;

/// <summary>What the current thread allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The bytes of the best of five repetitions: what a step allocates is in all of them, what the runtime allocates for a lock that two threads want at once is not.
    /// </summary>
    public static long Least(Action steps)
    {
        var least = long.MaxValue;
        for (var repetition = 0; repetition < 5; repetition++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            steps();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
