using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model</c>.</summary>
internal sealed class ModelCommand : OlmoCommand
{
    public ModelCommand()
        : base("model", "Look at a model, compare two, or average several")
    {
        Group = CommandGroup.Training;
        Add(new ModelInfoCommand());
        Add(new ModelDiffCommand());
        Add(new ModelSoupCommand());
    }
}
