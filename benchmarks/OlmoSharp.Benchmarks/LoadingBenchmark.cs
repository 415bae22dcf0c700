using System.Diagnostics;
using System.Globalization;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using OlmoSharp.Torch.Native;
using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>Memory and time of loading a random model of OLMo 2 1B's shape, each time in a process of its own.</summary>
internal static class LoadingBenchmark
{
    /// <summary>Begins the command line of the process that loads: this, a folder, and the dtype to keep weights in.</summary>
    public const string LoadCommand = "--load";

    private static readonly (ScalarType Stored, ScalarType Kept)[] Cases =
        [(ScalarType.BFloat16, ScalarType.BFloat16), (ScalarType.BFloat16, ScalarType.Float32), (ScalarType.Float32, ScalarType.Float32)];

    public static void Run(bool isSmoke)
    {
        var config = isSmoke ? ModelPresets.Get("olmo2-1b") with { EndOfTextId = 0, PaddingId = 1, VocabularySize = 100_352 / 8, Layers = 1, HiddenSize = 1024 } : ModelPresets.Get("olmo2-1b");
        TorchBackend.EnsureLoaded();
        Console.WriteLine($"{config.Parameters:#,0} parameters; growth: peak of resident memory less that before loading; target: at most 1.15 × the model's bytes");
        Console.WriteLine("| stored | kept | file, MB | model, MB | growth, MB | growth / model | seconds | MB/s of the file |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var stored in Cases.Select(item => item.Stored).Distinct())
        {
            var folder = Directory.CreateTempSubdirectory("olmosharp-loading-");
            try
            {
                Write(config, folder.FullName, stored);
                foreach (var (_, kept) in Cases.Where(item => item.Stored == stored))
                {
                    var (growth, seconds) = LoadInAnotherProcess(folder.FullName, kept);
                    double file = config.Parameters * SafetensorsDtype.Size(stored) / 1e6, model = config.Parameters * SafetensorsDtype.Size(kept) / 1e6;
                    Console.WriteLine($"| {stored} | {kept} | {file:#,0} | {model:#,0} | {growth / 1e6:#,0} | {growth / 1e6 / model:0.000} | {seconds:0.00} | {file / seconds:#,0} |");
                }
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    /// <summary>Loads a model and prints the growth of memory in bytes and the seconds taken.</summary>
    public static void Load(string folder, ScalarType kept)
    {
        TorchBackend.EnsureLoaded();
        zeros(1).Dispose();
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        var start = Stopwatch.GetTimestamp();
        using var model = ModelFolder.Load(folder, weightType: kept);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{process.PeakWorkingSet64 - before} {seconds}"));
    }

    /// <summary>Writes a random model.</summary>
    public static void Write(ModelConfig config, string folder, ScalarType dtype)
    {
        File.WriteAllText(Path.Combine(folder, ModelFolder.ConfigFile), HuggingFaceConfig.Write(config, dtype));
        WeightFiles.Write(
            folder,
            [.. Transformer.Describe(config).SelectMany(parameter => parameter.Slices, (parameter, slice) => new SafetensorsSource(
                slice.Name, dtype, parameter.ShapeOf(slice), () => rand([.. parameter.ShapeOf(slice)]) - 0.5))],
            shardBytes: 2_000_000_000);
    }

    private static (double Growth, double Seconds) LoadInAnotherProcess(string folder, ScalarType kept)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [LoadCommand, folder, kept.ToString()]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"loading ended with exit code {process.ExitCode}");
        }

        var numbers = output.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (numbers[0], numbers[1]);
    }
}
