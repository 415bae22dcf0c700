using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Convert;

/// <summary><c>olmo convert</c>.</summary>
internal sealed class ConvertCommand : OlmoCommand
{
    public ConvertCommand()
        : base("convert", "Write a model in the format of another program")
    {
        Group = CommandGroup.Inference;
        Add(new ConvertGgufCommand());
    }
}
