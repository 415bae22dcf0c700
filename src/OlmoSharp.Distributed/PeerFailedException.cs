namespace OlmoSharp.Distributed;

/// <summary>Another process of the group has failed and says so itself; this one can only end.</summary>
/// <param name="rank">The process that failed.</param>
/// <param name="reason">Its message.</param>
public sealed class PeerFailedException(int rank, string reason) : DistributedException($"process {rank}: {reason}")
{
    /// <summary>The process that failed.</summary>
    public int Rank => rank;
}
