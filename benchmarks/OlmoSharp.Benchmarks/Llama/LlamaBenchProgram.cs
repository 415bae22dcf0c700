using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>llama.cpp's own <c>llama-bench</c>, started for every measurement; it warms up by itself, on random tokens.</summary>
/// <param name="path">The file.</param>
/// <param name="threads">Threads.</param>
internal sealed class LlamaBenchProgram(string path, int threads) : ILlamaSubject
{
    private const string Name = "llama-bench";

    /// <summary>Whether it is on the path.</summary>
    public static bool IsThere => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Name)));

    public double Prompt(int[] prompt) => prompt.Length / TokensASecond(prompt.Length, 0);

    public double? Decode(int[][] prompts, int steps) => prompts.Length == 1 ? steps / TokensASecond(0, steps) : null;

    public LlamaAnswer? Answer(int[] prompt, int steps) => null;

    public void Dispose()
    {
    }

    private double TokensASecond(int prompt, int steps)
    {
        string[] arguments = ["-m", path, "-t", Number(threads), "-p", Number(prompt), "-n", Number(steps), "-r", "1", "-o", "json"];
        using var process = Process.Start(new ProcessStartInfo(Name, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Name} ended with exit code {process.ExitCode}");
        }

        using var results = JsonDocument.Parse(output);
        return results.RootElement[0].GetProperty("avg_ts").GetDouble();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
