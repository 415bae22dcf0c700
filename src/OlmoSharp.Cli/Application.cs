using System.CommandLine.Invocation;
using OlmoSharp.Cli.Commands;
using OlmoSharp.Cli.Help;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Cli;

/// <summary>Runs one command line: every failure becomes a line on standard error and an exit code.</summary>
internal static class Application
{
    /// <summary>Parses and runs.</summary>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(RootOlmoCommand root, IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation)
    {
        var parsed = root.Parse(arguments);
        var command = parsed.CommandResult.Command as RunnableCommand;
        if (parsed.Action is ParseErrorAction)
        {
            return await FailAsync(UsageError.Describe(parsed), ExitCode.Usage);
        }

        if (command is { RunsInGroup: false } && LaunchedProcess.Size > 1)
        {
            return await FailAsync($"'{HelpText.FullName(command)}' is work for one process, not {LaunchedProcess.Size}; start it without mpirun", ExitCode.Usage);
        }

        try
        {
            return await parsed.InvokeAsync(terminal, cancellation);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            return await FailAsync("stopped before the end", ExitCode.Cancelled, e);
        }
        catch (Exception e)
        {
            return await FailAsync(root.IsVerbose(parsed) ? e.ToString() : Describe(e), command?.FailureCode ?? ExitCode.Failure, e);
        }

        async Task<int> FailAsync(string message, int code, Exception? failure = null)
        {
            await LaunchedProcess.LetOthersSpeakAsync(failure);
            await terminal.Error.WriteLineAsync($"error: {LaunchedProcess.Prefix}{message}");
            command?.Abandon(code);
            return code;
        }
    }

    /// <summary>The failure on one line; only a config's list of problems has more.</summary>
    private static string Describe(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [var only] })
        {
            exception = only;
        }

        var isExpected = exception is IOException or UnauthorizedAccessException
            || exception.GetType().Assembly.GetName().Name!.StartsWith("OlmoSharp.", StringComparison.Ordinal);
        var message = exception is ConfigException ? exception.Message : exception.Message.Split('\n', 2)[0].TrimEnd();
        return isExpected ? message : $"{message} ({exception.GetType().Name}; --verbose shows where)";
    }
}
