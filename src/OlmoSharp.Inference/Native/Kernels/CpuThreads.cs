using System.Diagnostics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// A fixed set of threads that does the parts of a piece of work, each thread taking the next part when it is done with one. A token needs
/// many short pieces, so threads wait for the next one actively for a moment before they sleep. For one caller at a time.
/// </summary>
internal sealed unsafe class CpuThreads : IDisposable
{
    /// <summary>Most parts of a piece of work.</summary>
    public const int MaximumParts = 1 << 24;

    // The gap between two pieces of work within a token is shorter, the one between two requests is longer.
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;

    private readonly Lock _runs = new();
    private readonly object _sleep = new();
    private readonly Thread[] _workers;

    // Parts in the upper half, the next part in the lower: who takes a part knows from the same read whether it exists, so that a thread that
    // comes late can neither take a part twice nor mistake the work it belongs to.
    private long _tickets;
    private int _done;
    private int _sleepers;
    private volatile bool _isStopping;
    private delegate*<void*, int, int, void> _work;
    private void* _context;

    /// <summary>Starts threads.</summary>
    /// <param name="count">Threads that work, the caller's among them; 0: one a processor.</param>
    public CpuThreads(int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count == 0 ? Environment.ProcessorCount : count;
        _workers = new Thread[Count - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            var worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"inference {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads that work, the caller's among them.</summary>
    public int Count { get; }

    /// <summary>Does parts 0 to <paramref name="parts"/> − 1 and returns when all are done. Allocates nothing.</summary>
    /// <param name="parts">Number of parts, at most <see cref="MaximumParts"/>.</param>
    /// <param name="work">Does one: (context, part, worker from 0 to <see cref="Count"/> − 1). Must not throw.</param>
    /// <param name="context">Passed on.</param>
    public void Run(int parts, delegate*<void*, int, int, void> work, void* context)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, MaximumParts);
        ObjectDisposedException.ThrowIf(_isStopping, this);
        if (Count == 1 || parts == 1)
        {
            for (var part = 0; part < parts; part++)
            {
                work(context, part, 0);
            }

            return;
        }

        lock (_runs)
        {
            _work = work;
            _context = context;
            _done = 0;
            Interlocked.Exchange(ref _tickets, (long)parts << 32);
            if (Volatile.Read(ref _sleepers) > 0)
            {
                lock (_sleep)
                {
                    Monitor.PulseAll(_sleep);
                }
            }

            TakeParts(0);
            for (var spins = 0; Volatile.Read(ref _done) < parts; spins++)
            {
                Wait(spins);
            }
        }
    }

    public void Dispose()
    {
        lock (_sleep)
        {
            _isStopping = true;
            Monitor.PulseAll(_sleep);
        }

        foreach (var worker in _workers)
        {
            worker.Join();
        }
    }

    private static void Wait(int spins)
    {
        // A thread that waits for one that the system has put aside must let it run.
        if (spins % 64 == 63)
        {
            Thread.Yield();
        }
        else
        {
            Thread.SpinWait(8);
        }
    }

    private bool HasParts()
    {
        var tickets = Volatile.Read(ref _tickets);
        return (int)tickets < (int)(tickets >> 32);
    }

    private void TakeParts(int worker)
    {
        while (HasParts())
        {
            var ticket = Interlocked.Increment(ref _tickets) - 1;
            if ((int)ticket < (int)(ticket >> 32))
            {
                _work(_context, (int)ticket, worker);
                Interlocked.Increment(ref _done);
            }
        }
    }

    private void Work(int worker)
    {
        while (!_isStopping)
        {
            TakeParts(worker);
            var since = Stopwatch.GetTimestamp();
            for (var spins = 0; !HasParts() && !_isStopping; spins++)
            {
                if (spins % 16 == 15 && Stopwatch.GetTimestamp() - since > SpinTicks)
                {
                    Sleep();
                    break;
                }

                Wait(spins);
            }
        }
    }

    private void Sleep()
    {
        lock (_sleep)
        {
            Interlocked.Increment(ref _sleepers);
            while (!HasParts() && !_isStopping)
            {
                Monitor.Wait(_sleep);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }
}
