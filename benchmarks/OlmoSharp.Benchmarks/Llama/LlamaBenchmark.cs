using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using static OlmoSharp.Benchmarks.Measurement;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>
/// The native engine against llama.cpp on the same files of random weights, with the same number of threads, in turn in one run: read, ours, theirs, read, theirs, ours, …
/// A plain read of the file by the same threads is the limit of decoding.
/// </summary>
internal static unsafe class LlamaBenchmark
{
    /// <summary>Its name among the benchmarks.</summary>
    public const string Name = "llama";

    private const int ShortPrompt = 8;
    private const int CheckedPrompt = 24;
    private const int CheckedTokens = 16;
    private const long MostReadBytes = 1L << 30;

    // Of the logits' standard deviation. llama.cpp rounds inputs to the weights' 16 bits, or to 8-bit steps of other groups than here, and near ties then choose other experts.
    private const double ExactDistance = 0.02;
    private const double QuantizedDistance = 0.5;

    /// <summary>Runs what the arguments ask for.</summary>
    public static int RunCommand(IReadOnlyList<string> arguments)
    {
        try
        {
            Run(LlamaBenchmarkOptions.Parse(arguments));
            return 0;
        }
        catch (Exception e) when (e is FormatException or ModelException)
        {
            Console.Error.WriteLine($"error: {e.Message}\n{LlamaBenchmarkOptions.Usage}");
            return 2;
        }
    }

    /// <summary>Makes the files, measures, and prints a table a shape.</summary>
    public static void Run(LlamaBenchmarkOptions options)
    {
        var (open, peer) = FindPeer(options);
        Console.WriteLine(open is null ? $"NO PEER: {peer}; only our own figures follow" : $"peer: {peer}");
        Console.WriteLine($"{(options.CpuTime ? "processor time; " : "")}{options.Threads} threads each; medians of {options.Rounds} alternating rounds, ratios paired by round, in brackets that of the best rounds");
        if (options.IsSmoke)
        {
            Console.WriteLine("figures of so small models mean nothing");
        }

        foreach (var shape in options.Shapes)
        {
            Console.WriteLine($"\n## {shape}\n");
            var table = new LlamaTable(options.Prompt, options.Batches);
            var checks = new List<string>();
            foreach (var type in options.Types)
            {
                Console.Error.WriteLine($"{shape.Name} {type.Name}: the file");
                var path = RandomGguf.Require(shape, type, options.Cache);
                try
                {
                    table.Add(type.Name, RandomGguf.BytesAToken(shape.Config, type), Measure(options, shape.Config, type, path, open, checks));
                }
                finally
                {
                    if (!options.Keep)
                    {
                        File.Delete(path);
                    }
                }
            }

            Console.WriteLine(string.Concat(checks.Select(check => $"\n{check}")));
        }
    }

    private static (Func<string, int, ILlamaSubject>? Open, string Text) FindPeer(LlamaBenchmarkOptions options)
    {
        if (options.Peer == "none")
        {
            return (null, "none was asked for");
        }

        if (options.Peer == "llama-bench" || (options is { Peer: "auto", CpuTime: false } && LlamaBenchProgram.IsThere))
        {
            return LlamaBenchProgram.IsThere
                ? ((path, threads) => new LlamaBenchProgram(path, threads), "llama-bench, which loads the file anew each time; it cannot be asked for tokens, so nothing shows that both compute the same")
                : (null, "llama-bench is not on the path");
        }

        return options is { IsSmoke: true, Peer: "auto" } && !NodeLlama.IsInstalled(options.Cache)
            ? (null, "node-llama-cpp is not installed yet, which --peer node does")
            : NodeLlama.Find(options.Cache, options.CpuTime);
    }

    private static List<LlamaRound> Measure(LlamaBenchmarkOptions options, ModelConfig config, GgufFileType type, string path, Func<string, int, ILlamaSubject>? open, List<string> checks)
    {
        var random = new Random(2);
        int[] Prompt(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(config.VocabularySize))];
        var prompt = Prompt(options.Prompt);
        int[][][] batches = [.. options.Batches.Prepend(1).Select(count => Enumerable.Range(0, count).Select(_ => Prompt(ShortPrompt)).ToArray())];
        var positions = Math.Max(options.Prompt, options.Batches.Prepend(1).Max() * BlockPool.BlockPositions * ((ShortPrompt + options.Tokens) / BlockPool.BlockPositions + 1));
        using var file = new MappedFile(path);
        var bytes = Math.Min(new FileInfo(path).Length, MostReadBytes);
        var memory = file.Bytes(path, 0, bytes);
        using var threads = new CpuThreads(options.Threads);
        using ILlamaSubject ours = new NativeSubject(path, options.Threads, positions, options.CpuTime);
        using var theirs = open?.Invoke(path, options.Threads);
        Compare(type, ours, theirs, Prompt(CheckedPrompt), checks);

        List<LlamaRound> rounds = [];
        for (var round = -1; round < options.Rounds; round++)
        {
            Console.Error.WriteLine($"{type.Name}: {(round < 0 ? "warming up" : $"round {round + 1} of {options.Rounds}")}");
            var begin = Clock(options.CpuTime);
            MemoryRead.Run(memory, bytes, threads);
            var read = bytes / (Clock(options.CpuTime) - begin);
            LlamaFigures? first, second;
            if (round % 2 == 0)
            {
                first = Figures(ours);
                second = Figures(theirs);
            }
            else
            {
                second = Figures(theirs);
                first = Figures(ours);
            }

            // The first reads the file from the disk and compiles.
            if (round >= 0)
            {
                rounds.Add(new(read, first!, second));
            }
        }

        return rounds;

        LlamaFigures? Figures(ILlamaSubject? subject)
        {
            // Threads of either side wait actively for a moment.
            Thread.Sleep(50);
            return subject is null ? null : new(
                options.Prompt / subject.Prompt(prompt), [.. batches.Select(batch => batch.Length * options.Tokens / subject.Decode(batch, options.Tokens))]);
        }
    }

    private static void Compare(GgufFileType type, ILlamaSubject ours, ILlamaSubject? theirs, int[] prompt, List<string> checks)
    {
        if (theirs?.Answer(prompt, CheckedTokens) is not { } peer)
        {
            return;
        }

        var answer = ours.Answer(prompt, CheckedTokens)!;
        var mean = answer.Logits.Average(logit => (double)logit);
        var deviation = Math.Sqrt(answer.Logits.Average(logit => (logit - mean) * (logit - mean)));
        var distance = answer.Logits.Zip(peer.Logits, (a, b) => Math.Abs(a - b)).Max() / deviation;
        var same = answer.Tokens.Zip(peer.Tokens).TakeWhile(pair => pair.First == pair.Second).Count();
        checks.Add($"{type.Name}: the first {same} of {CheckedTokens} greedy tokens are the same; logits differ by {distance:0.0e+0} of their standard deviation at most");
        if (!(distance <= (type.Name == "f32" ? ExactDistance : QuantizedDistance)))
        {
            throw new InvalidOperationException($"{type.Name}: both do not compute the same thing");
        }
    }
}
