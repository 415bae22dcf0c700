using System.CommandLine.Invocation;
using OlmoSharp.Cli.Commands;
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
        if (parsed.Action is ParseErrorAction)
        {
            await terminal.Error.WriteLineAsync($"error: {UsageError.Describe(parsed)}");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(terminal, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("error: stopped before the end");
            return ExitCode.Cancelled;
        }
        catch (Exception e)
        {
            await terminal.Error.WriteLineAsync($"error: {(root.IsVerbose(parsed) ? e : Describe(e))}");
            return parsed.CommandResult.Command is RunnableCommand command ? command.FailureCode : ExitCode.Failure;
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
