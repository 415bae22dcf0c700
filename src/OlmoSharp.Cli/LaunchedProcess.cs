using OlmoSharp.Distributed;

namespace OlmoSharp.Cli;

/// <summary>This process among those that <c>mpirun</c> started with it.</summary>
internal static class LaunchedProcess
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndedWithin = TimeSpan.FromSeconds(30);

    /// <summary>How many processes there are.</summary>
    public static int Size => Launch.Current?.Size ?? 1;

    /// <summary>Begins the error line, so that a failure is known to be of one process.</summary>
    public static string Prefix => Size > 1 ? $"process {Launch.Current!.Rank}: " : "";

    /// <summary>
    /// Waits before a failure is told: the process that tells one ends all, so one that all meet alike is told once, by the first process,
    /// and one of another process by that process.
    /// </summary>
    public static async Task LetOthersSpeakAsync(Exception? failure = null)
    {
        if (failure is PeerFailedException)
        {
            await Task.Delay(EndedWithin);
        }
        else if (Launch.Current is { Size: > 1, Rank: > 0 })
        {
            await Task.Delay(HeadStart);
        }
    }
}
