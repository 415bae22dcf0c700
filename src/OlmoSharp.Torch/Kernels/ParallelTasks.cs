using OlmoSharp.Torch.Native;

namespace OlmoSharp.Torch.Kernels;

/// <summary>Independent pieces of work of unequal size.</summary>
internal interface ITaskKernel
{
    /// <summary>Does one piece; false if libtorch failed. Must not throw.</summary>
    /// <param name="task">Number of the piece.</param>
    /// <param name="worker">Number of the thread, from 0: that of its scratch memory.</param>
    bool TryRun(long task, long worker);
}

/// <summary>
/// Runs pieces of work on libtorch's threads, each thread taking the next when it is done with one. Which thread does a piece has no
/// influence on its result. Where one thread does all of them, a matrix product may itself use all threads, as anywhere.
/// </summary>
internal static unsafe class ParallelTasks
{
    // About the time that waking a thread takes.
    private const double OperationsWorthAThread = 1e6;

    /// <summary>Threads that are worth their while.</summary>
    /// <param name="tasks">Pieces of work.</param>
    /// <param name="operations">Floating-point operations of all together.</param>
    public static int Workers(int tasks, double operations)
        => (int)Math.Min(Math.Min(TorchBackend.Threads, tasks), Math.Max(1, operations / OperationsWorthAThread));

    /// <summary>Runs pieces 0 to <paramref name="count"/> − 1, in this order where there is one thread.</summary>
    /// <param name="kernel">The work.</param>
    /// <param name="count">Number of pieces.</param>
    /// <param name="workers">Threads, from <see cref="Workers"/>.</param>
    /// <exception cref="TorchException">A piece failed.</exception>
    public static void Run<TKernel>(TKernel kernel, int count, int workers)
        where TKernel : unmanaged, ITaskKernel
    {
        long next = -1, failed = 0;
        ParallelRows.Run(new Worker<TKernel> { Kernel = kernel, Next = &next, Failed = &failed, Count = count }, workers);
        if (failed != 0)
        {
            throw new TorchException($"a matrix product failed in {typeof(TKernel).Name} (libtorch's message is above)");
        }
    }

    private struct Worker<TKernel> : IRowKernel
        where TKernel : unmanaged, ITaskKernel
    {
        public TKernel Kernel;
        public long* Next, Failed;
        public long Count;

        public readonly void Run(long begin, long end)
        {
            for (var task = Interlocked.Increment(ref *Next); task < Count; task = Interlocked.Increment(ref *Next))
            {
                if (!Kernel.TryRun(task, begin))
                {
                    Volatile.Write(ref *Failed, 1);
                }
            }
        }
    }
}
