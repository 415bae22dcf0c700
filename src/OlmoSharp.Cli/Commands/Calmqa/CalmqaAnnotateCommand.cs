using System.CommandLine;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Judgements;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa annotate</c>.</summary>
internal sealed class CalmqaAnnotateCommand : RunnableCommand
{
    private readonly CalmqaFilesArgument _files = new("Files of the dataset with answers");
    private readonly Option<string[]> _models = new("--model", "-m") { HelpName = "NAME", Description = "A model whose answers are compared, as the files name it; give two or more", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "The page to make; its key, for your eyes only, is written beside it (.key.json)", Required = true };
    private readonly Option<int?> _questions = new("--questions") { HelpName = "N", Description = "At most N questions of each file, chosen at random; else all" };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "The same seed gives the same order" };

    public CalmqaAnnotateCommand()
        : base("annotate", "Make a page on which people rate pairs of answers without knowing whose they are")
    {
        Add(_files);
        Add(_models);
        Add(_output);
        Add(_questions);
        Add(_seed);
        Validators.Add(result =>
        {
            if (result.GetValue(_questions) < 1)
            {
                result.AddError("--questions must be at least 1.");
            }
        });
        Examples = [new("olmo calmqa annotate calmqa/dataset-specific-german.json -m \"GPT 4o\" -m \"Claude Opus\" --questions 20 -o german.html", "Compare two models on 20 questions")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        CalmqaFile[] files = [.. arguments.GetRequiredValue(_files).Select(CalmqaFile.Read)];
        var page = new AnnotationPage(files, arguments.GetRequiredValue(_models), arguments.GetValue(_seed), arguments.GetValue(_questions));
        var output = arguments.GetRequiredValue(_output);
        var key = Path.ChangeExtension(output, ".key.json");
        page.Key.Write(key);
        page.Write(output);
        await terminal.Error.WriteLineAsync($"{page.Key.Items.Count} pairs in {output}; keep {key} from those who annotate");
        return ExitCode.Success;
    }
}
