using OlmoSharp.Cli.Display;
using Xunit;

namespace OlmoSharp.Cli.Tests.Display;

public class ProgressDisplayTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_job_gives_its_result_and_leaves_one_line_on_standard_error(bool isWatched)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal { Output = output, Error = error, IsWatched = isWatched };
        var result = await ProgressDisplay.RunAsync(terminal, "[Counting]", "steps", 5, progress =>
        {
            progress.Report(5, "done [well]");
            return 42;
        });
        Assert.Equal(42, result);
        Assert.Empty(output.ToString());
        Assert.Matches(@"\[Counting\]: 5/5 steps, .*done \[well\]\s*$", error.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_jobs_own_failure_comes_out(bool isWatched)
    {
        using var error = new StringWriter();
        var terminal = new Terminal { Error = error, IsWatched = isWatched };
        await Assert.ThrowsAsync<OperationCanceledException>(() => ProgressDisplay.RunAsync<int>(terminal, "Work", "steps", null, _ => throw new OperationCanceledException()));
    }
}
