using System.Runtime.InteropServices;
using OlmoSharp.Analysis;
using OlmoSharp.Data.Configuration;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public class ApplicationTests
{
    [Theory]
    [InlineData("error: unknown command 'reprot'; did you mean 'report'?", "reprot")]
    [InlineData("error: unknown command 'zzz'; see 'olmo --help'", "zzz")]
    [InlineData("error: unknown option '--rum'; did you mean '--run'?", "report", "show", "--rum", "x")]
    [InlineData("error: unknown option '--verbos'; did you mean '--verbose'?", "report", "show", "--run", "x", "--verbos")]
    [InlineData("error: 'olmo report' needs a command: show, build", "report")]
    [InlineData("error: option '--run' is required; see 'olmo report show --help'", "report", "show")]
    [InlineData("error: argument 'fish' not recognized. Must be one of: 'bash' 'zsh' 'pwsh'; see 'olmo completion --help'", "completion", "fish")]
    public async Task A_wrong_command_line_is_one_line_and_code_2(string expected, params string[] arguments)
    {
        var run = await CommandLineRun.Of(arguments);
        Assert.Equal((ExitCode.Usage, "", expected + Environment.NewLine), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task A_failure_is_one_line_and_code_1()
    {
        var run = await Probe(_ => throw new AnalysisException("m.jsonl:3: broken"));
        Assert.Equal(new CommandLineRun(ExitCode.Failure, "", "error: m.jsonl:3: broken" + Environment.NewLine), run);
    }

    [Fact]
    public async Task Where_it_arose_is_shown_only_when_asked()
    {
        static void Act(CancellationToken cancellation) => throw new InvalidOperationException("first line\nat c10::Error (frame 1)");
        Assert.Equal("error: first line (InvalidOperationException; --verbose shows where)" + Environment.NewLine, (await Probe(Act)).Error);
        var verbose = await Probe(Act, "--verbose");
        Assert.Contains(nameof(ApplicationTests), verbose.Error, StringComparison.Ordinal);
        Assert.Contains("frame 1", verbose.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failure, verbose.ExitCode);
    }

    [Fact]
    public async Task The_one_failure_of_parallel_work_is_named_itself() =>
        Assert.Equal(
            "error: disk full" + Environment.NewLine,
            (await Probe(_ => throw new AggregateException(new AggregateException(new IOException("disk full"))))).Error);

    [Fact]
    public async Task Every_problem_of_a_config_is_listed()
    {
        var run = await Probe(_ => ConfigReader.ReadText<Settings>("a: x\nbb: y", "c.yaml"));
        Assert.Equal(3, run.Error.TrimEnd().Split('\n').Length);
        Assert.StartsWith("error: c.yaml has 2 problems:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_is_code_130()
    {
        using var source = new CancellationTokenSource();
        var run = await CommandLineRun.Of(
            ProbeCommand.RootWith(cancellation =>
            {
                source.Cancel();
                cancellation.ThrowIfCancellationRequested();
            }),
            source.Token, "probe");
        Assert.Equal(new CommandLineRun(ExitCode.Cancelled, "", "error: stopped before the end" + Environment.NewLine), run);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure() =>
        Assert.Equal(ExitCode.Failure, (await Probe(_ => throw new OperationCanceledException("time is up"))).ExitCode);

    [Fact]
    public void The_first_signal_cancels_and_the_second_ends_the_process()
    {
        using var error = new StringWriter();
        using var interruption = new Interruption(error);
        var first = new PosixSignalContext(PosixSignal.SIGINT);
        interruption.Handle(first);
        Assert.True(first.Cancel && interruption.Token.IsCancellationRequested);
        var second = new PosixSignalContext(PosixSignal.SIGINT);
        interruption.Handle(second);
        Assert.False(second.Cancel);
    }

    [Fact]
    public async Task The_version_is_answered() => Assert.Matches(@"^\d+\.\d+\.\d+", (await CommandLineRun.Of("--version")).Output);

    private static Task<CommandLineRun> Probe(Action<CancellationToken> act, params string[] more) =>
        CommandLineRun.Of(ProbeCommand.RootWith(act), TestContext.Current.CancellationToken, ["probe", .. more]);

    internal sealed record Settings
    {
        public int A { get; init; }
    }
}
