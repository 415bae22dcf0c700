using OlmoSharp.Benchmarks.Llama;

namespace OlmoSharp.Benchmarks;

/// <summary>Runs the benchmarks that the arguments name, or all.</summary>
internal static class Program
{
    private const string Smoke = "--smoke";

    private static readonly Dictionary<string, Action<bool>> Benchmarks = new()
    {
        ["training"] = TrainingBenchmark.Run,
        ["moe"] = MixtureBenchmark.Run,
        ["tokenizer"] = TokenizerBenchmark.Run,
        ["loading"] = LoadingBenchmark.Run,
        ["kernels"] = KernelBenchmark.Run,
        ["llama"] = isSmoke => LlamaBenchmark.Run(isSmoke ? LlamaBenchmarkOptions.Smoke : new()),
        ["serving"] = ServingBenchmark.Run,
        ["server"] = ServerBenchmark.Run,
        ["evaluation"] = EvaluationBenchmark.Run,
        ["data"] = Data.DataBenchmark.Run,
    };

    private static int Main(string[] arguments)
    {
        if (arguments is [LoadingBenchmark.LoadCommand, var folder, var dtype])
        {
            LoadingBenchmark.Load(folder, Enum.Parse<TorchSharp.torch.ScalarType>(dtype));
            return 0;
        }

        if (arguments is [LlamaBenchmark.Name, .. var options])
        {
            return LlamaBenchmark.RunCommand(options);
        }

        var names = arguments.Where(argument => argument != Smoke).ToList();
        if (names.FirstOrDefault(name => !Benchmarks.ContainsKey(name)) is { } unknown)
        {
            Console.Error.WriteLine($"error: no benchmark '{unknown}'; there are {string.Join(", ", Benchmarks.Keys)}, each or all with {Smoke}");
            return 2;
        }

        foreach (var name in names.Count > 0 ? names : [.. Benchmarks.Keys])
        {
            Console.WriteLine($"# {name}");
            Benchmarks[name](arguments.Contains(Smoke));
            Console.WriteLine();
        }

        return 0;
    }
}
