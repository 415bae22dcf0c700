using System.Runtime.InteropServices;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Torch.Native;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// The matrix products of the CPU engine: one input row (decode) against a plain read of the same bytes by the same threads, and many (prompt) against
/// libtorch's float32 product of the same shape. Measured in turn in one run: read, product, read, …
/// </summary>
internal static unsafe class KernelBenchmark
{
    private const int Columns = 2048;
    private const int Alignment = 4096;
    private const int CachedBytes = 160 << 10;
    private const int CachedRuns = 1000;

    public static void Run(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var bytes = isSmoke ? 4L << 20 : 256L << 20;
        var (rows, batch, rounds) = isSmoke ? (128, 64, 2) : (2048, 512, 9);
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        var inputs = (float*)NativeMemory.AlignedAlloc((nuint)batch * Columns * sizeof(float), Alignment);
        var outputs = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max((long)batch * rows, 16 * bytes / 512) * sizeof(float), Alignment);
        try
        {
            Fill(memory, bytes, inputs, batch * Columns);
            using var threads = new CpuThreads(TorchBackend.Threads);
            using var single = new CpuThreads(1);
            using var scratch = new Scratch();
            Console.WriteLine(
                $"threads {threads.Count}; medians of {rounds} rounds; {bytes >> 20} MB of weights, {Columns} columns; prompt: {batch} × {Columns} times {rows} × {Columns}");
            Console.WriteLine("| type | decode GB/s | read GB/s | ratio | best ratio | in the cache, 1 thread, GB/s | 4 inputs GFLOP/s | time of 4 inputs | of 16 | prompt GFLOP/s | sgemm GFLOP/s | ratio | best ratio |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
            foreach (var type in GgufTensorType.All)
            {
                var decode = new WeightMatrix(memory, type, (int)(bytes / type.BytesOf(Columns)), Columns);
                var prompt = new WeightMatrix(memory, type, rows, Columns);
                var read = decode.Rows * decode.RowBytes;
                var cached = new WeightMatrix(memory, type, (int)(CachedBytes / type.BytesOf(Columns)), Columns);
                List<(double Read, double One, double Four, double Sixteen)> decodes = [];
                List<(double Prompt, double Product)> prompts = [];
                for (var round = -1; round < rounds; round++)
                {
                    var measured = (Seconds(() => MemoryRead.Run(memory, read, threads)), Multiply(decode, 1), Multiply(decode, 4), Multiply(decode, 16));
                    var both = (Multiply(prompt, batch), SgemmSeconds(batch, rows));
                    // libtorch's threads wait actively for a while.
                    Thread.Sleep(20);
                    if (round >= 0)
                    {
                        decodes.Add(measured);
                        prompts.Add(both);
                    }
                }

                var ratios = decodes.Select(round => round.Read / round.One).ToList();
                var flops = 2.0 * batch * rows * Columns / 1e9;
                var speeds = prompts.Select(round => round.Product / round.Prompt).ToList();
                Console.WriteLine(
                    $"| {type.Name} | {read / Median(decodes.Select(round => round.One)) / 1e9:0.0} | {read / Median(decodes.Select(round => round.Read)) / 1e9:0.0} "
                    + $"| {Median(ratios):0.00} | {ratios.Max():0.00} | {cached.Rows * cached.RowBytes / Cached(1) / 1e9:0.0} "
                    + $"| {8.0 * cached.Rows * Columns / Cached(4) / 1e9:0.0} | {Median(decodes.Select(round => round.Four / round.One)):0.0} × "
                    + $"| {Median(decodes.Select(round => round.Sixteen / round.One)):0.0} × | {flops / Median(prompts.Select(round => round.Prompt)):0.0} "
                    + $"| {flops / Median(prompts.Select(round => round.Product)):0.0} | {Median(speeds):0.00} | {speeds.Max():0.00} |");

                // The shortest of many moments: what the arithmetic alone takes, whatever else the machine does.
                double Cached(int count)
                    => Enumerable.Range(0, isSmoke ? 2 : CachedRuns).Min(_ => Seconds(() => MatrixProduct.Multiply(cached, inputs, count, outputs, single, scratch)));
            }

            double Multiply(WeightMatrix weights, int count) => Seconds(() => MatrixProduct.Multiply(weights, inputs, count, outputs, threads, scratch));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
            NativeMemory.AlignedFree(inputs);
            NativeMemory.AlignedFree(outputs);
        }
    }

    private static double SgemmSeconds(int batch, int rows)
    {
        using var scope = NewDisposeScope();
        var (x, weights) = (randn(batch, Columns), randn(rows, Columns));
        var transposed = weights.t();
        return Seconds(() => x.mm(transposed).Dispose());
    }

    private static void Fill(byte* memory, long bytes, float* inputs, int count)
    {
        var random = new Random(1);
        var numbers = new Span<ushort>(memory, (int)(bytes / sizeof(ushort)));
        foreach (ref var number in numbers)
        {
            // As a half-precision scale about 0.01; as any other part of a block as good as any.
            number = (ushort)(0x2000 | random.Next(0x400));
        }

        for (var i = 0; i < count; i++)
        {
            inputs[i] = random.NextSingle() - 0.5f;
        }
    }
}
