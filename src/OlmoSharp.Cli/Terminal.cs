using System.CommandLine;
using Spectre.Console;

namespace OlmoSharp.Cli;

/// <summary>Where a command writes: data to <see cref="InvocationConfiguration.Output"/>, all else to <see cref="InvocationConfiguration.Error"/>.</summary>
internal sealed class Terminal : InvocationConfiguration
{
    public Terminal()
    {
        // Errors and signals have one handler each in this program, and these are not it.
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>Where a person's lines come from.</summary>
    public TextReader Input { get; init; } = Console.In;

    /// <summary>True if a person watches standard error, so that a display may redraw itself.</summary>
    public bool IsWatched { get; init; } = !Console.IsErrorRedirected;

    /// <summary>True if standard output is a terminal and the user has not forbidden colours (no-color.org).</summary>
    public bool HasColours { get; init; } = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Width of the terminal that shows standard output, in characters; without one there is no limit. (What <c>mpirun</c> gives a process looks like a terminal, but is none.)</summary>
    public int OutputWidth { get; init; } = Console.IsOutputRedirected || LaunchedProcess.Size > 1 ? int.MaxValue : Math.Max(40, Console.WindowWidth);

    /// <summary>The terminal of a running command.</summary>
    public static Terminal Of(ParseResult arguments) => (Terminal)arguments.InvocationConfiguration;

    /// <summary>A terminal that swallows everything.</summary>
    public static Terminal Silent() => new() { Output = TextWriter.Null, Error = TextWriter.Null, IsWatched = false, OutputWidth = int.MaxValue };

    /// <summary>A console on standard error, for displays that redraw themselves.</summary>
    public IAnsiConsole WatchedConsole() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) });
}
