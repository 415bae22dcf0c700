using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model</c>.</summary>
internal sealed class ModelCommand : OlmoCommand
{
    public ModelCommand()
        : base("model", "Look at a model, or average several")
    {
        Group = CommandGroup.Training;
        Add(new ModelInfoCommand());
        Add(new ModelSoupCommand());
    }
}
