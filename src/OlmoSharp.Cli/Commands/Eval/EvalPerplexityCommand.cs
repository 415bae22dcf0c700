using System.CommandLine;
using OlmoSharp.Cli.Commands.Generate;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Shards;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval perplexity</c>.</summary>
internal sealed class EvalPerplexityCommand : RunnableCommand
{
    private const string OwnTexts = "perplexity::none";

    private readonly Argument<string[]> _texts = new("texts") { Description = "Files or folders of rows, plain text or token shards (NAME=PATH names the source), or tasks such as paloma", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly TaskDataOptions _options = new();
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for results, predictions and the log of requests; a run that was stopped goes on", Required = true };
    private readonly Option<string?> _dtype = new("--dtype") { HelpName = "TYPE", Description = "How bare token files store an id: uint16 or uint32; default: as the vocabulary needs" };
    private readonly Option<string[]> _train = new("--train") { HelpName = "PATH", Description = "Training documents in which the texts' paragraphs are looked for; may be given several times", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _filter = new("--train-filter") { HelpName = "FILE", Description = "A Bloom filter of training paragraphs, made by olmo data dedupe, in place of --train" };
    private readonly Option<int> _words = new("--paragraph-words") { HelpName = "N", Description = "Paragraphs with fewer words are not looked for", DefaultValueFactory = _ => new ParagraphRule().MinWords };
    private readonly Option<bool> _subdomains = new("--subdomains") { Description = "Show each subdomain, too; results.json always has them" };
    private readonly JsonOption _json = new();

    public EvalPerplexityCommand()
        : base("perplexity", "Perplexity of texts by token, word, character and byte, for each source")
    {
        _dtype.AcceptOnlyFromAmong("uint16", "uint32");
        Add(_texts);
        Add(_model);
        Add(_engine);
        _options.AddTo(this);
        Add(_output);
        Add(_dtype);
        Add(_train);
        Add(_filter);
        Add(_words);
        Add(_subdomains);
        Add(_json);
        Examples =
        [
            new("olmo eval perplexity wikitext2/test.txt -m runs/quickstart/soup -o eval/wikitext", "A plain text"),
            new("olmo eval perplexity paloma -m model.gguf --data paloma -o eval/paloma --subdomains", "All sources of Paloma, with their subdomains"),
            new("olmo eval perplexity web=held-out.jsonl.zst -m MODEL -o eval/web --train corpus/documents", "What of the texts is in the training data, and scores without it"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var catalog = _options.Catalog(arguments);
        var overrides = _options.Overrides(arguments);
        var given = arguments.GetRequiredValue(_texts);
        List<string> names = [.. given.Where(name => catalog.Contains(name) || catalog.Suites.ContainsKey(name))];
        List<string> paths = [.. given.Except(names)];
        var builder = new RequestBuilder(_options.Data(arguments), null);
        List<BuiltTask> tasks = [.. new EvaluationRun(catalog, builder) { Overrides = overrides }.Build(names)];
        if (tasks.Find(task => task.Spec.Request != RequestKind.LoglikelihoodRolling) is { } other)
        {
            throw new EvaluationException($"{other.Spec.Name}: this task does not ask for the likelihood of whole texts; run it with olmo eval run");
        }

        await using var model = LocalModel.Load(arguments.GetRequiredValue(_model), _engine.Read(arguments));
        TokenType? type = arguments.GetValue(_dtype) is { } dtype ? Enum.Parse<TokenType>(dtype, ignoreCase: true) : null;
        tasks.AddRange(new PerplexityTexts(catalog.Find(OwnTexts, overrides), model.Tokenizer, type).Build(paths));
        var overlap = await OverlapAsync(arguments, terminal, tasks, cancellation);
        var run = new EvaluationRun(catalog, builder) { Overlap = overlap };
        var results = await ProgressDisplay.RunAsync(terminal, "Evaluating", "texts", tasks.Sum(task => (long)task.Requests.Count), progress =>
            run.RunAsync(names, tasks, model, arguments.GetRequiredValue(_output), progress.Report, cancellation).GetAwaiter().GetResult());
        var report = results.Perplexity!;
        Table(report, arguments.GetValue(_subdomains)).Write(terminal, arguments.GetValue(_json));
        if (!arguments.GetValue(_json) && report.Overall.Overlap is not null)
        {
            await terminal.Output.WriteLineAsync();
            OverlapTable(report).Write(terminal, asJson: false);
            await terminal.Error.WriteLineAsync($"Looked for in {overlap!.Training}: lines of {arguments.GetValue(_words)} words or more, byte by byte");
        }

        await terminal.Error.WriteLineAsync($"Rule: {report.Rule}");
        foreach (var source in report.Sources.Where(source => source.Empty + source.Failures > 0))
        {
            await terminal.Error.WriteLineAsync($"{source.Name}: of {source.Documents} texts {source.Empty} are empty and {source.Failures} could not be scored");
        }

        return ExitCode.Success;
    }

    private async Task<TrainingOverlap?> OverlapAsync(ParseResult arguments, Terminal terminal, List<BuiltTask> tasks, CancellationToken cancellation)
    {
        var rule = new ParagraphRule(arguments.GetValue(_words));
        var train = arguments.GetValue(_train) ?? [];
        return (train.Length, arguments.GetValue(_filter)) switch
        {
            (0, null) => null,
            (0, { } filter) => TrainingOverlap.FindInFilter(tasks, filter, rule),
            (_, null) => await ProgressDisplay.RunAsync(terminal, "Looking", "documents", null, progress =>
                TrainingOverlap.FindInDocuments(tasks, train, rule, done => progress.Report(done), cancellation)),
            _ => throw new EvaluationException("--train and --train-filter are two ways to say the same; give one"),
        };
    }

    private static ResultTable Table(PerplexityReport report, bool withSubdomains)
    {
        var table = new ResultTable(
            new("texts of"), new("n"), new("tokens"), new("bits per byte"), new("standard error"), new("ppl token"), new("ppl char"), new("ppl word"), new("ppl byte"))
        {
            KeepsNames = true,
        };
        Add(report.Overall.Name, report.Overall.Documents, report.Overall.Tokens, report.Overall.Metrics);
        if (report.Sources.Count > 1)
        {
            Add($"mean of {report.Sources.Count} sources", null, null, report.SourceMeans);
        }

        if (report.Subdomains.Count > report.Sources.Count)
        {
            Add($"mean of {report.Subdomains.Count} subdomains", null, null, report.SubdomainMeans);
        }

        foreach (var group in report.Sources.Concat(withSubdomains ? report.Subdomains.ExceptBy(report.Sources.Select(source => source.Name), group => group.Name) : []))
        {
            Add(group.Name, group.Documents, group.Tokens, group.Metrics);
        }

        return table;

        void Add(string name, int? documents, long? tokens, IReadOnlyDictionary<string, MetricScore> metrics) => table.Add(
            name, documents, tokens, Mean(metrics, "bits_per_byte"), metrics.GetValueOrDefault("bits_per_byte")?.StandardError,
            Mean(metrics, "ppl_token"), Mean(metrics, "ppl_char"), Mean(metrics, "ppl_word"), Mean(metrics, "ppl_byte"));
    }

    private static ResultTable OverlapTable(PerplexityReport report)
    {
        var table = new ResultTable(
            new("in training data"), new("texts found"), new("of"), new("share"), new("paragraphs found"), new("of"), new("share"), new("bits per byte"), new("without them"), new("n without"))
        {
            KeepsNames = true,
        };
        foreach (var group in report.Sources.Append(report.Overall))
        {
            var counts = group.Overlap!;
            var clean = group.CleanMetrics!.GetValueOrDefault("bits_per_byte");
            table.Add(
                group.Name, counts.ContaminatedDocuments, counts.Documents, Share(counts.ContaminatedDocuments, counts.Documents), counts.ContaminatedParagraphs, counts.Paragraphs,
                Share(counts.ContaminatedParagraphs, counts.Paragraphs), Mean(group.Metrics, "bits_per_byte"), clean?.Mean, clean?.Count ?? 0);
        }

        return table;

        static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
    }

    private static double? Mean(IReadOnlyDictionary<string, MetricScore> metrics, string name) => metrics.GetValueOrDefault(name)?.Mean;
}
