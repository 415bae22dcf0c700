using System.CommandLine;
using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands;

/// <summary>A command of <c>olmo</c> with what its help needs. By itself it holds other commands; one that does something is a <see cref="RunnableCommand"/>.</summary>
internal abstract class OlmoCommand(string name, string description) : Command(name, description)
{
    /// <summary>The heading in the root's help under which the command stands; only commands right below the root have one.</summary>
    public CommandGroup Group { get; protected init; }

    /// <summary>Examples for the help.</summary>
    public IReadOnlyList<Example> Examples { get; protected init; } = [];
}
