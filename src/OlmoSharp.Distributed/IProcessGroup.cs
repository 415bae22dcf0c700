namespace OlmoSharp.Distributed;

/// <summary>
/// Processes that run the same program and work on one job together. Every member calls the same collectives in the same order;
/// each call returns when all members have come to it. A group is used from one thread at a time. Disposing waits for all members, and is for when all went well.
/// </summary>
public interface IProcessGroup : IDisposable
{
    /// <summary>This process's number, from 0.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Waits for all members.</summary>
    void Barrier();

    /// <summary>Gives every member what each of them has brought, in the order of ranks. Lengths may differ.</summary>
    /// <param name="mine">What this process brings.</param>
    byte[][] AllGather(ReadOnlySpan<byte> mine);

    /// <summary>Replaces the values, of equal count on all members, by their bitwise or over all members.</summary>
    /// <param name="values">This process's values; then the result.</param>
    void AllReduceOr(Span<ulong> values);

    /// <summary>Ends all processes of the group at once, because this one has failed and the others would wait for it.</summary>
    /// <param name="exitCode">The exit code of the whole.</param>
    void Abort(int exitCode);
}
