using OlmoSharp.Inference.Native.Kernels;
using Xunit;

namespace OlmoSharp.Inference.Tests.Native.Kernels;

public unsafe class CpuThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_is_done_once_and_before_the_run_ends(int count)
    {
        using var threads = new CpuThreads(count);
        var random = new Random(count);
        var done = stackalloc int[300];
        for (var run = 0; run < 2000; run++)
        {
            var parts = random.Next(300);
            new Span<int>(done, 300).Clear();
            threads.Run(parts, &Add, done);
            for (var part = 0; part < 300; part++)
            {
                Assert.Equal(part < parts ? 1 : 0, done[part]);
            }

            if (run % 500 == 0)
            {
                // Long enough that the threads sleep.
                Thread.Sleep(5);
            }
        }
    }

    [Fact]
    public void A_worker_has_a_number_of_its_own()
    {
        using var threads = new CpuThreads(3);
        // A slot a worker that would be lost if two threads had the same number.
        var busy = stackalloc int[4];
        new Span<int>(busy, 4).Clear();
        threads.Run(5000, &Claim, busy);
        Assert.Equal(0, busy[3]);
    }

    [Fact]
    public void A_pool_that_is_disposed_refuses_work()
    {
        var threads = new CpuThreads(2);
        threads.Dispose();
        var slots = new int[4];
        fixed (int* context = slots)
        {
            var pointer = context;
            Assert.Throws<ObjectDisposedException>(() => threads.Run(4, &Add, pointer));
        }
    }

    private static void Add(void* context, int part, int worker) => Interlocked.Increment(ref ((int*)context)[part]);

    private static void Claim(void* context, int part, int worker)
    {
        var busy = (int*)context;
        if (worker is < 0 or > 2 || Interlocked.Exchange(ref busy[worker], 1) != 0)
        {
            busy[3] = 1;
        }

        Thread.SpinWait(20);
        Interlocked.Exchange(ref busy[worker], 0);
    }
}
