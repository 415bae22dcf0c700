using System.Runtime.InteropServices;
using OlmoSharp.Torch.Native;

namespace OlmoSharp.Torch.Kernels;

/// <summary>
/// A computation over a range of independent rows (or blocks of rows) of plain memory. Kernels are compiled optimised at once
/// (<see cref="System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization"/>): the first steps of a run would otherwise take twice their time.
/// </summary>
internal interface IRowKernel
{
    /// <summary>Computes rows <paramref name="begin"/> (inclusive) to <paramref name="end"/> (exclusive). Must not throw.</summary>
    void Run(long begin, long end);
}

/// <summary>
/// Runs a kernel on libtorch's own threads. A second pool would fight with theirs for the cores: OpenMP workers spin for a while
/// after each operator.
/// </summary>
internal static unsafe class ParallelRows
{
    private static readonly delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int> ParallelFor =
        (delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int>)TorchBackend.Export("torch_parallel_for");

    /// <summary>Runs <paramref name="kernel"/> over <paramref name="rows"/> rows, at least <paramref name="grain"/> of them a thread.</summary>
    public static void Run<TKernel>(TKernel kernel, long rows, long grain = 1)
        where TKernel : unmanaged, IRowKernel
    {
        if (rows == 0)
        {
            return;
        }

        var call = new Call { Kernel = &kernel, Invoke = &Invoke<TKernel> };
        if (ParallelFor(0, rows, grain, &Entry, &call) != 0)
        {
            throw new TorchException($"libtorch's parallel loop failed in {typeof(TKernel).Name}");
        }
    }

    [UnmanagedCallersOnly]
    private static void Entry(long begin, long end, void* context)
    {
        var call = (Call*)context;
        call->Invoke(call->Kernel, begin, end);
    }

    private static void Invoke<TKernel>(void* kernel, long begin, long end)
        where TKernel : unmanaged, IRowKernel
        => ((TKernel*)kernel)->Run(begin, end);

    private struct Call
    {
        public void* Kernel;
        public delegate* managed<void*, long, long, void> Invoke;
    }
}
