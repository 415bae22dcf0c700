using System.CommandLine;

namespace OlmoSharp.Cli.Commands;

/// <summary>A command that does something: its constructor declares options and examples, <see cref="RunAsync"/> wires libraries and displays together.</summary>
/// <remarks>
/// Every command is constructed for every command line, so its fields and constructor may touch nothing but options. A library is loaded when
/// <see cref="RunAsync"/> is first compiled, that is, when the command runs.
/// </remarks>
internal abstract class RunnableCommand : OlmoCommand
{
    protected RunnableCommand(string name, string description)
        : base(name, description) =>
        SetAction((arguments, cancellation) => RunAsync(arguments, Terminal.Of(arguments), cancellation));

    /// <summary>The exit code of a failure; another than <see cref="ExitCode.Failure"/> where that means something else.</summary>
    public int FailureCode { get; protected init; } = ExitCode.Failure;

    /// <summary>Whether processes that <c>mpirun</c> starts divide the work among themselves.</summary>
    public virtual bool RunsInGroup => false;

    /// <summary>Called when the command has failed and its failure is told.</summary>
    /// <param name="exitCode">What this process will return.</param>
    public virtual void Abandon(int exitCode)
    {
    }

    /// <summary>Does the work.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="cancellation">Cancelled by the first Ctrl-C: work then stops cleanly and throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Exception">Any failure: it is shown as one line, and the exit code is <see cref="FailureCode"/>.</exception>
    protected abstract Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation);
}
