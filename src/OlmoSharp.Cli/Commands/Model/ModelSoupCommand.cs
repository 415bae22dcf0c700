using System.CommandLine;
using OlmoSharp.Training;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model soup</c>.</summary>
internal sealed class ModelSoupCommand : RunnableCommand
{
    private readonly Argument<string[]> _models = new("models") { HelpName = "DIR", Description = "Two or more model folders", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write the average", Required = true };

    public ModelSoupCommand()
        : base("soup", "Average the weights of several models")
    {
        Add(_models);
        Add(_output);
        Examples = [new("olmo model soup runs/a/checkpoints/step-00000100 runs/b/checkpoints/step-00000100 -o runs/soup", "Average two annealed models")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        ModelSoup.Save(arguments.GetRequiredValue(_models), output);
        await terminal.Output.WriteLineAsync(output);
        return ExitCode.Success;
    }
}
