using System.CommandLine;
using System.Text.Json;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval inspect</c>.</summary>
internal sealed class EvalInspectCommand : RunnableCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Argument<string> _task = new("task") { Description = "A task" };
    private readonly Option<int> _document = new("--document", "-n") { HelpName = "N", Description = "Which document, by its place from 0", DefaultValueFactory = _ => 0 };
    private readonly Option<string?> _model = new("--model", "-m") { HelpName = "PATH", Description = "tokenizer.json or a model folder, to show tokens" };
    private readonly TaskDataOptions _options = new();

    public EvalInspectCommand()
        : base("inspect", "Show a task's settings, a document as data, as requests and as tokens")
    {
        Add(_task);
        _options.AddTo(this);
        Add(_document);
        Add(_model);
        Examples =
        [
            new("olmo eval inspect piqa:rc::olmes --data eval-data --fewshot shots.json", "Show the first document"),
            new("olmo eval inspect piqa:rc::olmes --data eval-data --fewshot shots.json --model tokenizer.json -n 7", "Show tokens with the border of context and continuation"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var spec = _options.Catalog(arguments).Find(arguments.GetRequiredValue(_task), _options.Overrides(arguments));
        var task = new RequestBuilder(_options.Data(arguments), _options.Fewshot(arguments)).Build(spec);
        var number = arguments.GetValue(_document);
        if (number < 0 || number >= task.Documents.Count)
        {
            throw new Evaluation.EvaluationException($"there is no document {number}; {spec.Name} has 0 to {task.Documents.Count - 1}");
        }

        var output = terminal.Output;
        foreach (var (name, value) in Settings(task))
        {
            await output.WriteLineAsync($"{name,-14}{value}");
        }

        var document = task.Documents[number];
        await output.WriteLineAsync($"\n── row of document {number}: {document.Row.Place}\n{JsonSerializer.Serialize(document.Row.Fields, Indented)}");
        List<EvaluationRequest> requests = [.. task.Requests.Where(request => request.DocumentId == number)];
        string? shown = null;
        foreach (var request in requests)
        {
            var context = request.Messages is { } messages ? string.Join("\n", messages.Select(Turn)) + (request.AnswerPrefix.Length > 0 ? $"\nassistant begins: {request.AnswerPrefix}" : "") : request.Context;
            if (context != shown)
            {
                await output.WriteLineAsync($"\n── {RequestJson.NameOf(request.Kind)}{(request.IsUnconditioned ? ", unconditioned" : "")}: context\n{context}");
                shown = context;
            }

            await output.WriteLineAsync($"── continuation {request.Index}{(document.Gold == request.Index ? " (gold)" : "")}: {JsonSerializer.Serialize(request.Continuation, Indented)}");
        }

        if (arguments.GetValue(_model) is { } model)
        {
            await TokensAsync(output, task, requests, Tokenization.Tokenizer.Load(model));
        }

        return ExitCode.Success;
    }

    private static IEnumerable<(string Name, string Value)> Settings(BuiltTask task)
    {
        var spec = task.Spec;
        yield return ("task", $"{spec.Name}: {spec.Description}");
        yield return ("hash", spec.Hash);
        yield return ("data", string.Join(", ", task.Files.Select(files => $"{string.Join(", ", files.Paths)} (found as {files.Rule}{(files.IsSample ? ", already drawn" : "")})")));
        yield return ("documents", task.Drawn is { } drawn
            ? $"{task.Documents.Count} of {task.Available}, drawn with random.Random({spec.SubsampleSeed}).sample: {string.Join(", ", drawn.Take(5))}, …"
            : $"all {task.Documents.Count} of split {spec.Split}");
        yield return ("examples", spec.Shots == 0 ? "none" : $"{spec.Shots}, {spec.Fewshot.Order.ToString().ToLowerInvariant()} of {spec.Fewshot.Source ?? $"split {spec.Fewshot.Split}"}{(task.FewshotSha256 is { } hash ? $" (SHA-256 {hash[..16]}…, {Published(task.HasPublishedExamples)})" : "")}");
        yield return ("request", RequestJson.NameOf(spec.Request) + (spec.Unconditioned.Length > 0 ? $", and again after \"{spec.Unconditioned}\"" : ""));
        yield return ("metric", spec.Metric);
        yield return ("encoding", spec.Request == RequestKind.LoglikelihoodRolling
            ? $"windows of at most {spec.MaxLength} tokens that do not overlap, each after the last token before it, the first after the end-of-text token; no BOS"
            : $"context and continuation together, no BOS; an empty context is the end-of-text token; at most {spec.MaxLength} tokens, the beginning left out");
        yield return ("compat", spec.Compat.Count == 0 ? "none" : string.Join(", ", spec.Compat.Select(kept => JsonNamingPolicy.SnakeCaseLower.ConvertName(kept.ToString()))));
    }

    private static string Published(bool? isPublished) => isPublished switch { true => "as published", false => "not the published ones", null => "of an id that was not published" };

    private static string Turn(ChatMessage message) => $"{message.Role.ToString().ToLowerInvariant()}: {message.Text}";

    private static async Task TokensAsync(TextWriter output, BuiltTask task, IEnumerable<EvaluationRequest> requests, Tokenization.Tokenizer tokenizer)
    {
        var encoder = new RequestEncoder(tokenizer, new EncodingPolicy { MaxLength = task.Spec.MaxLength, PrefixId = tokenizer.EndOfTextId });
        await output.WriteLineAsync($"\n── tokens (prefix token {tokenizer.EndOfTextId}; ‖ is the border)");
        foreach (var (request, encoded) in requests.Where(request => request.Messages is null).SelectMany(
            request => request.Kind == RequestKind.LoglikelihoodRolling ? encoder.EncodeRolling(request) : [encoder.Encode(request, task.Spec)], (request, encoded) => (request, encoded)))
        {
            var shown = Math.Max(0, encoded.ContextLength - 12);
            var tokens = encoded.Tokens.Select((id, place) => (place == encoded.ContextLength ? "‖ " : "") + $"{JsonSerializer.Serialize(tokenizer.Decode([id]), Indented)}:{id}").Skip(shown);
            await output.WriteLineAsync($"{request.Index}: {encoded.ContextLength} + {encoded.ContinuationLength} tokens{(encoded.Dropped > 0 ? $", {encoded.Dropped} left out" : "")}: {(shown > 0 ? "… " : "")}{string.Join(' ', tokens)}");
        }
    }
}
