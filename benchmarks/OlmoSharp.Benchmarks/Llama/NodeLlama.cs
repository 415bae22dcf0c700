using System.Diagnostics;
using System.Text.Json;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>llama.cpp through node-llama-cpp, in a process of its own that holds one model at a time.</summary>
internal sealed class NodeLlama : ILlamaSubject
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly Process _process;

    private NodeLlama(string folder, string path, int threads, bool cpuTime)
    {
        _process = Process.Start(new ProcessStartInfo("node", ["peer.mjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Ask(new { Operation = "load", Path = path, ThreadCount = threads, CpuTime = cpuTime });
    }

    /// <summary>Whether it need not be installed any more.</summary>
    public static bool IsInstalled(string cache) => Directory.Exists(Path.Combine(FolderIn(cache), "node_modules", "node-llama-cpp"));

    /// <summary>Installs node-llama-cpp, in the version that the interoperability tests pin, unless it is there.</summary>
    /// <param name="cache">Where.</param>
    /// <param name="cpuTime">Whether it shall measure processor time.</param>
    /// <returns>What opens a file with it, or the reason why it cannot be had.</returns>
    public static (Func<string, int, ILlamaSubject>? Open, string Text) Find(string cache, bool cpuTime)
    {
        var folder = FolderIn(cache);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "llama-cpp")))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
            }

            if (!IsInstalled(cache))
            {
                // Only the build for a CPU; those for GPUs, which npm takes for optional, are hundreds of megabytes. Elsewhere the optional ones are the builds.
                var choice = OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64
                    ? "--omit=optional" : "--force";
                var error = Run(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", choice, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1");
                if (error is not null)
                {
                    return (null, $"npm cannot install node-llama-cpp: {error}");
                }
            }

            using var versions = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "node_modules", "node-llama-cpp", "package.json")));
            return ((path, threads) => new NodeLlama(folder, path, threads, cpuTime), $"llama.cpp through node-llama-cpp {versions.RootElement.GetProperty("version").GetString()}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return (null, $"node-llama-cpp needs Node.js 20 or later with npm: {e.Message}");
        }
    }

    public double Prompt(int[] prompt) => Ask(new { Operation = "prompt", Prompts = new[] { prompt } }).GetProperty("seconds").GetDouble();

    public double? Decode(int[][] prompts, int steps) => Ask(new { Operation = "decode", Prompts = prompts, Steps = steps }).GetProperty("seconds").GetDouble();

    public LlamaAnswer Answer(int[] prompt, int steps)
    {
        var answer = Ask(new { Operation = "answer", Prompts = new[] { prompt }, Steps = steps });
        return new(answer.GetProperty("logits").Deserialize<float[]>()!, answer.GetProperty("tokens").Deserialize<int[]>()!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string FolderIn(string cache) => Path.Combine(cache, "llama-cpp");

    private JsonElement Ask(object request)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(request, Names));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("llama.cpp's process has ended");
        using var answer = JsonDocument.Parse(line);
        return answer.RootElement.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"llama.cpp: {error.GetString()}")
            : answer.RootElement.Clone();
    }

    private static string? Run(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{error}{output.Result}".Trim();
    }
}
