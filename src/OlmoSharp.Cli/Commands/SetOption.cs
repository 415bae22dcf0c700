using System.CommandLine;

namespace OlmoSharp.Cli.Commands;

/// <summary>The option <c>--set</c> of every command that reads a config.</summary>
internal sealed class SetOption : Option<string[]>
{
    public SetOption()
        : base("--set")
    {
        HelpName = "KEY=VALUE";
        Description = "Replace a value of the config, e.g. optimizer.learning_rate=1e-3; may be given several times";
    }
}
