using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Languages;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa train-profiles</c>.</summary>
internal sealed class CalmqaTrainProfilesCommand : RunnableCommand
{
    private readonly Argument<string> _folder = new("folder") { HelpName = "DIR", Description = "A folder with a folder of text files for each language: wol/tales.txt" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "The file to make", Required = true };
    private readonly Option<int> _ngrams = new("--ngrams") { HelpName = "N", Description = "The most n-grams that a language keeps", DefaultValueFactory = _ => new LanguageTraining().MostNGrams };
    private readonly Option<int> _parts = new("--parts")
    {
        HelpName = "N",
        Description = "Measure on each of N parts with profiles of the others; 0: do not measure",
        DefaultValueFactory = _ => new LanguageTraining().Parts,
    };

    public CalmqaTrainProfilesCommand()
        : base("train-profiles", "Make language profiles of text, and measure them on text held out")
    {
        Add(_folder);
        Add(_output);
        Add(_ngrams);
        Add(_parts);
        _ngrams.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--ngrams must be at least 1.");
            }
        });
        _parts.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or 1)
            {
                result.AddError("--parts must be 0 or at least 2.");
            }
        });
        Examples =
        [
            new("olmo calmqa train-profiles texts --output languages.profiles", "Make profiles of all languages of a folder"),
            new("olmo calmqa train-profiles balochi --parts 0 --output balochi.profiles", "Make a profile to add to those that come with the program"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var training = new LanguageTraining { MostNGrams = arguments.GetValue(_ngrams), Parts = arguments.GetValue(_parts) };
        var texts = LanguageText.ReadAll(arguments.GetRequiredValue(_folder));
        var profiles = await ProgressDisplay.RunAsync(terminal, "Training", "parts", training.Parts + 1, progress => training.Run(texts, done => progress.Report(done), cancellation));
        var output = arguments.GetRequiredValue(_output);
        await Task.Run(() => profiles.Save(output), cancellation);
        await terminal.Error.WriteLineAsync($"{profiles.Languages.Count} languages; {new FileInfo(output).Length} bytes in {output}");
        return ExitCode.Success;
    }
}
