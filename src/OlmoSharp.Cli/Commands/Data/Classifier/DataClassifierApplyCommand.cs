using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary><c>olmo data classifier apply</c>: <c>olmo data tag</c> with one tagger, without a config.</summary>
internal sealed class DataClassifierApplyCommand : RunnableCommand
{
    private readonly Argument<string> _model = new("model") { HelpName = "FILE", Description = "A model of olmo data classifier train, or of fastText" };
    private readonly Option<string[]> _documents = new("--documents", "-d") { HelpName = "FILES", Description = "Document files, folders or patterns", AllowMultipleArgumentsPerToken = true, Required = true };
    private readonly Option<string> _experiment = new("--experiment", "-e") { HelpName = "NAME", Description = "The name of the attribute set: attributes/NAME/ beside the documents", Required = true };
    private readonly Option<bool> _paragraphs = new("--paragraphs") { Description = "Score each paragraph, and the document by their mean" };
    private readonly Option<int> _processes = new("--processes") { HelpName = "N", Description = "How many shards are worked on at the same time", DefaultValueFactory = _ => 1 };
    private readonly JsonOption _json = new();

    public DataClassifierApplyCommand()
        : base("apply", "Write the scores of a classifier as attributes beside the documents")
    {
        Add(_model);
        Add(_documents);
        Add(_experiment);
        Add(_paragraphs);
        Add(_processes);
        Add(_json);
        Examples = [new("olmo data classifier apply quality.bin -d corpus/raw/documents -e quality", "Write attributes/quality/… with a score for each label")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tagger = new Dictionary<string, object>
        {
            ["name"] = arguments.GetValue(_paragraphs) ? "classifier_paragraph_with_doc_score_v1" : "classifier_doc_v1",
            ["as"] = "classifier",
            ["model"] = arguments.GetRequiredValue(_model),
        };
        var config = new Dictionary<string, object>
        {
            ["documents"] = arguments.GetRequiredValue(_documents),
            ["experiment"] = arguments.GetRequiredValue(_experiment),
            ["taggers"] = new[] { tagger },
            ["processes"] = arguments.GetValue(_processes),
        };
        var read = ConfigReader.ReadText<TagConfig>(System.Text.Json.JsonSerializer.Serialize(config), "the command line");
        var job = new TagJob(read, new TaggerCatalog());
        var result = await ProgressDisplay.RunAsync(terminal, "Scoring", "documents", null, progress =>
            new ShardJob("tag", job.Settings) { Threads = read.Processes }.Run(job.Tasks, job.Run, done => progress.Report(done), cancellation));
        JobTable.Of(result).Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
