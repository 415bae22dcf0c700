using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataMixTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_plan_becomes_a_mix()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "documents"));
        File.WriteAllLines(Path.Combine(_folder, "documents", "a.jsonl"), Enumerable.Range(0, 50).Select(row => $$"""{"id":"{{row}}","text":"{{new string('x', 20)}}","source":"s"}"""));
        var (plan, mix) = (Path.Combine(_folder, "plan.yaml"), Path.Combine(_folder, "mix.yaml"));
        File.WriteAllText(plan, $$"""
            plan:
              total_tokens: 600
              bytes_per_token: 5
              output: {{_folder}}/out
              sources:
                - {name: s, documents: ["{{_folder}}/documents"], target: 1, max_repetition: 3}
            """);
        var planned = await CommandLineRun.Of("data", "mix", "plan", "-c", plan, "-o", mix);
        Assert.Equal((ExitCode.Success, ""), (planned.ExitCode, planned.ExitCode == 0 ? "" : planned.Error));
        Assert.Matches(@"s\s+200\s+bytes\s+600\s+100\s+3", planned.Output);

        var dry = await CommandLineRun.Of("data", "mix", "-c", mix, "--set", "dryrun=true");
        Assert.Matches(@"s-0000\.jsonl\.gz\s+3", dry.Output);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));

        var mixed = await CommandLineRun.Of("data", "mix", "-c", mix, "--json");
        Assert.Equal((ExitCode.Success, ""), (mixed.ExitCode, mixed.ExitCode == 0 ? "" : mixed.Error));
        Assert.Contains("\"written\": 150", mixed.Output);
        Assert.True(File.Exists(Path.Combine(_folder, "out", "s-0000.jsonl.gz")));

        var impossible = await CommandLineRun.Of("data", "mix", "plan", "-c", plan, "--set", "plan.total_tokens=1000");
        Assert.Equal(ExitCode.Failure, impossible.ExitCode);
        Assert.Contains("s has 200 tokens; 1.00 K are asked for at most 3 repetitions", impossible.Error);
    }
}
