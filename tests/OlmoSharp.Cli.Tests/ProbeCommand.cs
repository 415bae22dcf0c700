using System.CommandLine;
using OlmoSharp.Cli.Commands;

namespace OlmoSharp.Cli.Tests;

/// <summary>A command that does what a test wants.</summary>
internal sealed class ProbeCommand(Action<CancellationToken> act) : RunnableCommand("probe", "Do what a test wants")
{
    public static RootOlmoCommand RootWith(Action<CancellationToken> act) => new() { new ProbeCommand(act) };

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        await Task.Yield();
        act(cancellation);
        return ExitCode.Success;
    }
}
