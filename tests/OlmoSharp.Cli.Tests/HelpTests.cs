using System.CommandLine;
using System.CommandLine.Parsing;
using OlmoSharp.Cli.Commands;
using OlmoSharp.Cli.Help;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public class HelpTests
{
    public static TheoryData<string> CommandLines() => [.. Commands(new RootOlmoCommand()).Select(command => HelpText.FullName(command)["olmo".Length..].Trim())];

    [Fact]
    public async Task The_root_lists_every_command_under_its_group()
    {
        var run = await CommandLineRun.Of("--help");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Empty(run.Error);
        var lines = run.Output.Split('\n');
        foreach (var command in new RootOlmoCommand().Subcommands)
        {
            Assert.IsAssignableFrom<OlmoCommand>(command);
            var line = Array.FindIndex(lines, text => text.StartsWith($"  {command.Name} ", StringComparison.Ordinal));
            Assert.Contains(command.Description!.Split(' ')[0], lines[line], StringComparison.Ordinal);
            Assert.Contains(lines[..line], text => text.Length > 0 && text[0] != ' ' && !text.StartsWith("Usage", StringComparison.Ordinal));
        }

        Assert.Equal(run.Output, (await CommandLineRun.Of()).Output);
    }

    [Theory]
    [MemberData(nameof(CommandLines))]
    public async Task Every_help_has_usage_options_and_examples_that_parse(string commandLine)
    {
        var root = new RootOlmoCommand();
        var run = await CommandLineRun.Of([.. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-h"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains($"\nUsage: olmo {commandLine}".TrimEnd(), run.Output, StringComparison.Ordinal);
        Assert.Contains("--help", run.Output, StringComparison.Ordinal);
        Assert.Contains("--verbose", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n').Where(line => !line.StartsWith("  olmo ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 100));

        var command = Commands(root).Single(command => HelpText.FullName(command) == $"olmo {commandLine}".TrimEnd());
        Assert.All(command.Options.Concat<Symbol>(command.Arguments), symbol => Assert.False(string.IsNullOrEmpty(symbol.Description), symbol.Name));
        if (command is RunnableCommand runnable)
        {
            Assert.NotEmpty(runnable.Examples);
            Assert.All(runnable.Examples, example =>
            {
                Assert.Contains(example.CommandLine, run.Output, StringComparison.Ordinal);
                Assert.Contains(example.Effect, run.Output, StringComparison.Ordinal);
                var typed = CommandLineParser.SplitCommandLine(example.CommandLine.Split([" | ", " >", " <"], StringSplitOptions.None)[0]).ToArray();
                Assert.Equal("olmo", typed[0]);
                var parsed = root.Parse(typed[1..]);
                Assert.Empty(parsed.Errors);
                Assert.Same(runnable, parsed.CommandResult.Command);
            });
        }
    }

    [Fact]
    public async Task Help_is_answered_even_where_a_required_option_is_missing() =>
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of("report", "show", "--help")).ExitCode);

    private static IEnumerable<Command> Commands(Command command) => command.Subcommands.SelectMany(Commands).Prepend(command);
}
