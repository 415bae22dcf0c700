namespace OlmoSharp.Distributed;

/// <summary>The group of a program that runs alone.</summary>
public sealed class SingleProcess : IProcessGroup
{
    private SingleProcess()
    {
    }

    /// <summary>The only one that is needed.</summary>
    public static SingleProcess Instance { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public void Barrier()
    {
    }

    /// <inheritdoc/>
    public byte[][] AllGather(ReadOnlySpan<byte> mine) => [mine.ToArray()];

    /// <inheritdoc/>
    public void AllReduceOr(Span<ulong> values)
    {
    }

    /// <summary>Does nothing: there is nobody else, and this process ends by itself.</summary>
    public void Abort(int exitCode)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
