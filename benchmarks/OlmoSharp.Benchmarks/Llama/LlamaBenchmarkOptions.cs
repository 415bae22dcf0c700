using System.Globalization;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>What <see cref="LlamaBenchmark"/> measures.</summary>
internal sealed record LlamaBenchmarkOptions
{
    public const string Usage =
        "usage: llama [--smoke] [--shapes olmo2-1b,olmoe,olmo2-190m] [--types f32,bf16,f16,q8_0,q4_0,q4_k_m] [--batches 4,16] [--prompt 512] [--tokens 16] [--rounds 5] "
        + "[--threads 2] [--peer auto|node|llama-bench|none] [--cache FOLDER] [--keep] [--cpu-time]";

    /// <summary>Tiny shapes, two rounds, and a peer only if it is there already.</summary>
    public static LlamaBenchmarkOptions Smoke { get; } = new() { IsSmoke = true, Shapes = LlamaShape.Tiny, Prompt = 64, Tokens = 4, Rounds = 2, Batches = [4] };

    public bool IsSmoke { get; init; }

    public IReadOnlyList<LlamaShape> Shapes { get; init; } = [.. LlamaShape.All.Take(2)];

    public IReadOnlyList<GgufFileType> Types { get; init; } = [.. "f32 bf16 f16 q8_0 q4_0 q4_k_m".Split(' ').Select(GgufFileType.Parse)];

    /// <summary>Sequences of a batched decode.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [4, 16];

    /// <summary>Tokens of the prompt that is timed.</summary>
    public int Prompt { get; init; } = 512;

    /// <summary>Tokens that are decoded a sequence.</summary>
    public int Tokens { get; init; } = 16;

    public int Rounds { get; init; } = 5;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public string Peer { get; init; } = "auto";

    public string Cache { get; init; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "olmosharp-benchmarks");

    /// <summary>Whether the files stay in the cache for another run.</summary>
    public bool Keep { get; init; }

    /// <summary>
    /// Whether processor time is measured in place of wall time, which other programs on the machine change less. With one thread only: threads that wait actively use it too.
    /// </summary>
    public bool CpuTime { get; init; }

    /// <summary>Reads arguments.</summary>
    /// <exception cref="FormatException">One is unknown or has no sound value.</exception>
    public static LlamaBenchmarkOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = arguments.Contains("--smoke") ? Smoke : new();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--smoke" => options,
                "--cpu-time" => options with { CpuTime = true },
                "--keep" => options with { Keep = true },
                "--shapes" => options with { Shapes = [.. List().Select(Shape)] },
                "--types" => options with { Types = [.. List().Select(GgufFileType.Parse)] },
                "--batches" => options with { Batches = [.. List().Select(Number)] },
                "--prompt" => options with { Prompt = Number(Value()) },
                "--tokens" => options with { Tokens = Number(Value()) },
                "--rounds" => options with { Rounds = Number(Value()) },
                "--threads" => options with { Threads = Number(Value()) },
                "--peer" => options with { Peer = PeerNamed(Value()) },
                "--cache" => options with { Cache = Path.GetFullPath(Value()) },
                var unknown => throw new FormatException($"no option '{unknown}'"),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value");

            string[] List() => Value().Split(',', StringSplitOptions.RemoveEmptyEntries);
        }

        return options is { CpuTime: true, Threads: > 1 } ? throw new FormatException("--cpu-time needs --threads 1")
            : options is { CpuTime: true, Peer: "llama-bench" } ? throw new FormatException("llama-bench does not tell its processor time")
            : options;
    }

    private static int Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new FormatException($"'{text}' is no number above 0");

    private static string PeerNamed(string name)
        => name is "auto" or "node" or "llama-bench" or "none" ? name : throw new FormatException($"no peer '{name}'");

    private static LlamaShape Shape(string name)
        => LlamaShape.All.Concat(LlamaShape.Tiny).FirstOrDefault(shape => shape.Name == name) ?? throw new FormatException($"no shape '{name}'");
}
