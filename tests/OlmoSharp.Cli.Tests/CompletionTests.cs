using System.Diagnostics;
using OlmoSharp.Cli.Commands.Completion;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public class CompletionTests
{
    [Theory]
    [InlineData("olmo rep", "report")]
    [InlineData("olmo report ", "build", "show")]
    [InlineData("olmo completion ", "bash", "pwsh", "zsh")]
    [InlineData("olmo report show --run x --j", "--json")]
    public async Task The_program_suggests_what_may_come_next(string line, params string[] expected)
    {
        var lines = await RunProgram($"[suggest:{line.Length}]", line);
        Assert.Equal(expected, lines.Where(suggestion => !suggestion.StartsWith('-') || expected.Contains(suggestion)));
    }

    [Fact]
    public async Task Each_script_asks_the_program()
    {
        foreach (var shell in CompletionScript.Shells)
        {
            var run = await CommandLineRun.Of("completion", shell);
            Assert.Equal(ExitCode.Success, run.ExitCode);
            Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_bash_script_completes_in_bash()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "needs bash");
        var script = $$"""
            {{CompletionScript.For("bash")}}
            olmo() { dotnet '{{Program}}' "$@"; }
            COMP_LINE='olmo report sh' COMP_POINT=14 COMP_WORDS=(olmo report sh) COMP_CWORD=2
            _olmo_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(["show"], await Run("/bin/bash", "-c", script));
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "olmo.dll");

    private static Task<string[]> RunProgram(params string[] arguments) => Run("dotnet", [Program, .. arguments]);

    private static async Task<string[]> Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
