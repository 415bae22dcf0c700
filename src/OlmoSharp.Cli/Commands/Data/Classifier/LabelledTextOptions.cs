using System.CommandLine;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary>The options that say where labelled texts are.</summary>
internal sealed class LabelledTextOptions
{
    private readonly Option<string[]> _input = new("--input", "-i") { HelpName = "PATH", Description = "Documents with labels of their own, or .txt files of lines that begin with __label__NAME; may be given several times", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _class = new("--class") { HelpName = "LABEL=PATH", Description = "Documents, or .txt files with a text on each line, that all have one label; may be given several times", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _label = new("--label") { HelpName = "PATH", Description = "With --input: where documents say their label, such as $.metadata.label or $.source" };
    private readonly Option<bool> _paragraphs = new("--paragraphs") { Description = "Take each paragraph of a document for a text by itself" };

    /// <summary>Adds the options to a command.</summary>
    public LabelledTextOptions(Command command)
    {
        _class.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) is < 1) is { } wrong)
            {
                result.AddError($"--class needs LABEL=PATH, not '{wrong.Value}'");
            }
        });
        command.Add(_input);
        command.Add(_class);
        command.Add(_label);
        command.Add(_paragraphs);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_input) is null && result.GetResult(_class) is null)
            {
                result.AddError("Give texts with --input or --class");
            }
        });
    }

    /// <summary>The texts that a command line names.</summary>
    public LabelledTexts Texts(ParseResult arguments)
    {
        var own = (arguments.GetValue(_input) ?? []).Select(path => new LabelledInput(path));
        var given = (arguments.GetValue(_class) ?? []).Select(pair => pair.Split('=', 2)).Select(pair => new LabelledInput(pair[1], pair[0]));
        return new LabelledTexts([.. own, .. given], arguments.GetValue(_label), arguments.GetValue(_paragraphs));
    }
}
