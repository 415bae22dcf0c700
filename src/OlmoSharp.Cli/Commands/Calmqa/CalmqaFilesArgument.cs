using System.CommandLine;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary>The files that a command reads.</summary>
internal sealed class CalmqaFilesArgument : Argument<string[]>
{
    public CalmqaFilesArgument(string description = "Files of the dataset")
        : base("file")
    {
        HelpName = "FILE";
        Description = description;
        Arity = ArgumentArity.OneOrMore;
    }
}
