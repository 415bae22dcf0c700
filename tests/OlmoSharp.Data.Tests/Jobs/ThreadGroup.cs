using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Tests.Jobs;

/// <summary>A process group whose members are threads of this process.</summary>
internal sealed class ThreadGroup(int rank, byte[][] slots, Barrier barrier) : IProcessGroup
{
    public int Rank => rank;

    public int Size => slots.Length;

    /// <summary>Runs the same program on every member and gives what each returned.</summary>
    public static T[] Run<T>(int size, Func<IProcessGroup, T> program)
    {
        var slots = new byte[size][];
        using var barrier = new Barrier(size);
        var tasks = Enumerable.Range(0, size)
            .Select(rank => Task.Factory.StartNew(() => program(new ThreadGroup(rank, slots, barrier)), TaskCreationOptions.LongRunning)).ToArray();
        Task.WaitAll(tasks);
        return [.. tasks.Select(task => task.Result)];
    }

    public void Barrier() => barrier.SignalAndWait();

    public byte[][] AllGather(ReadOnlySpan<byte> mine)
    {
        slots[rank] = mine.ToArray();
        barrier.SignalAndWait();
        var all = slots.ToArray();
        barrier.SignalAndWait();
        return all;
    }

    public void AllReduceOr(Span<ulong> values)
    {
        foreach (var other in AllGather(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values)))
        {
            var theirs = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(other);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] |= theirs[i];
            }
        }
    }

    public void Abort(int exitCode) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
