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
/// influence on its result.
/// </summary>
internal static unsafe class ParallelTasks
{
    /// <summary>Threads that take part in so many pieces of work.</summary>
    public static int Workers(long tasks) => (int)Math.Min(TorchBackend.Threads, tasks);

    /// <summary>Runs pieces 0 to <paramref name="count"/> − 1, in this order where there is one thread.</summary>
    /// <exception cref="TorchException">A piece failed.</exception>
    public static void Run<TKernel>(TKernel kernel, long count)
        where TKernel : unmanaged, ITaskKernel
    {
        long next = -1, failed = 0;
        ParallelRows.Run(new Worker<TKernel> { Kernel = kernel, Next = &next, Failed = &failed, Count = count }, Workers(count));
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
