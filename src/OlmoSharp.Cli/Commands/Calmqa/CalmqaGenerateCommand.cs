using System.CommandLine;
using OlmoSharp.Cli.Commands.Generate;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Generation;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa generate</c>.</summary>
internal sealed class CalmqaGenerateCommand : RunnableCommand
{
    private readonly CalmqaFilesArgument _files = new("Files of the dataset with the questions");
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a GGUF file, or the address of an OpenAI-compatible service", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "The file to make, or a folder for those of several files; a run that was stopped goes on", Required = true };
    private readonly Option<string?> _name = new("--name") { HelpName = "NAME", Description = "What to call the model in answers and tables; else as its folder, file or service does" };
    private readonly Option<string?> _language = new("--language") { HelpName = "LANGUAGE", Description = "The language to put the questions in, of which they must have translations" };
    private readonly Option<int> _maximumTokens = new("--max-tokens") { HelpName = "N", Description = "Most tokens of an answer", DefaultValueFactory = _ => CalmqaGeneration.PublishedMaximumTokens };
    private readonly EngineOption _engine = new();
    private readonly EndpointModelOptions _endpoint = new();

    public CalmqaGenerateCommand()
        : base("generate", "Answer the questions with a model, as the published answers were made")
    {
        Add(_files);
        Add(_model);
        Add(_output);
        Add(_name);
        Add(_language);
        Add(_maximumTokens);
        Add(_engine);
        _endpoint.AddTo(this);
        Examples =
        [
            new("olmo calmqa generate calmqa/dataset-specific-wolof.json -m runs/tuned -o answers-wolof.json", "Answer with a model folder"),
            new("olmo calmqa generate calmqa/dataset-*.json -m http://localhost:8080/v1 --served-model olmo-2 --chat -o answers", $"Answer with a service; its key is in {ServiceOptions.KeyVariable}"),
            new("olmo calmqa generate calmqa/dataset-agnostic-german.json -m olmo.gguf --language German -o german.json", "Put the agnostic questions in German"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var files = arguments.GetRequiredValue(_files);
        var language = arguments.GetValue(_language) is { } name ? CalmqaLanguage.Find(name) : null;
        var total = files.Sum(file => CalmqaFile.Read(file).Entries.Count);
        using var answerer = Answerer(arguments);
        var generation = new CalmqaGeneration(answerer, arguments.GetValue(_name) ?? answerer.ModelId) { MaximumTokens = arguments.GetValue(_maximumTokens), Language = language };
        var failures = await ProgressDisplay.RunAsync(terminal, "Answering", "questions", total, progress => RunAsync(generation, files, arguments.GetRequiredValue(_output), progress, cancellation).GetAwaiter().GetResult());
        foreach (var failure in failures)
        {
            await terminal.Error.WriteLineAsync($"{failure.Question}: not answered: {failure.Reason}");
        }

        if (failures.Count > 0)
        {
            await terminal.Error.WriteLineAsync($"{failures.Count} of {total} questions are not answered; the same command tries them again");
        }

        return failures.Count > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static async Task<IReadOnlyList<GenerationFailure>> RunAsync(CalmqaGeneration generation, string[] files, string output, JobProgress progress, CancellationToken cancellation)
    {
        var failures = new List<GenerationFailure>();
        var before = 0;
        foreach (var file in files)
        {
            var target = files.Length == 1 ? output : Path.Combine(output, Path.GetFileName(file));
            // Of several files, those that are whole are not made again.
            if (files.Length == 1 || !File.Exists(target) || File.Exists(CalmqaGeneration.LogPath(target)))
            {
                var start = before;
                failures.AddRange(await generation.RunAsync(file, target, done => progress.Report(start + done), cancellation));
            }
            else if (CalmqaFile.Read(target).Entries.Any(entry => entry.Answers.All(answer => answer.Model != generation.ModelName)))
            {
                throw new EvaluationException($"{target}: it is there already, without answers of {generation.ModelName}; choose another output");
            }

            before += CalmqaFile.Read(file).Entries.Count;
            progress.Report(before);
        }

        return failures;
    }

    private IAnswerer Answerer(ParseResult arguments)
    {
        var model = arguments.GetRequiredValue(_model);
        return EndpointModelOptions.IsAddress(model)
            ? new EndpointAnswerer(_endpoint.Read(model, arguments), _endpoint.IsChat(arguments), _endpoint.AtOnce(arguments))
            : ModelAnswerer.Load(model, _engine.Read(arguments));
    }
}
