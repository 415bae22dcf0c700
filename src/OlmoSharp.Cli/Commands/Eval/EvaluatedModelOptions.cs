using System.CommandLine;
using OlmoSharp.Cli.Commands.Generate;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary>Which model is evaluated: one of this machine, or one behind an OpenAI-compatible service.</summary>
internal sealed class EvaluatedModelOptions
{
    private readonly Option<string?> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file" };
    private readonly EngineOption _engine = new();
    private readonly Option<string?> _template = new("--chat-template") { HelpName = "NAME|FILE", Description = "How conversations are written, for tasks that are chats" };
    private readonly Option<string?> _endpoint = new("--endpoint") { HelpName = "URL", Description = "An OpenAI-compatible service instead of --model, such as http://localhost:8080/v1" };
    private readonly Option<string?> _served = new("--endpoint-model") { HelpName = "NAME", Description = "The model to ask the service for" };
    private readonly Option<string?> _tokenizer = new("--tokenizer") { HelpName = "PATH", Description = "The service's tokenizer.json or model folder: prompts are sent as its ids" };
    private readonly Option<int?> _context = new("--context") { HelpName = "TOKENS", Description = "The service's longest prompt and answer together, with --tokenizer" };
    private readonly ServiceOptions _service = new("Requests");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _model, _engine, _template, _endpoint, _served, _tokenizer, _context })
        {
            command.Add(option);
        }

        _service.AddTo(command);
        command.Validators.Add(result =>
        {
            var (model, endpoint) = (result.GetValue(_model), result.GetValue(_endpoint));
            if (model is null == endpoint is null)
            {
                result.AddError(model is null ? "Name a model: --model MODEL, or --endpoint URL." : "--model and --endpoint are two models; give one.");
            }
            else if (endpoint is null != result.GetValue(_served) is null)
            {
                result.AddError(endpoint is null ? "--endpoint-model is of an --endpoint." : "A service needs the name of a model to ask for: --endpoint-model NAME.");
            }
            else if (endpoint is null && (result.GetValue(_tokenizer) is not null || result.GetValue(_context) is not null))
            {
                result.AddError("--tokenizer and --context are of an --endpoint; a model brings its own.");
            }
            else if (result.GetValue(_context) is < 2)
            {
                result.AddError("--context must be at least 2.");
            }
        });
    }

    /// <summary>The model of a command line. One behind a service is checked against the tasks; nothing is sent yet.</summary>
    public IEvaluatedModel Load(ParseResult arguments, IReadOnlyList<BuiltTask> tasks)
    {
        var template = arguments.GetValue(_template);
        if (arguments.GetValue(_endpoint) is not { } address)
        {
            return LocalModel.Load(arguments.GetValue(_model)!, _engine.Read(arguments), template);
        }

        var tokenizer = arguments.GetValue(_tokenizer) is { } path ? Tokenization.Tokenizer.Load(path) : null;
        var model = new EndpointModel(_service.Read(address, arguments.GetValue(_served)!, arguments), new()
        {
            Tokenizer = tokenizer,
            Template = template is null ? null
                : tokenizer is not null ? ChatTemplateChoice.Named(template, tokenizer)
                : throw new EvaluationException("--chat-template needs the model's tokenizer (--tokenizer): without one the service writes chats itself"),
            ContextLength = arguments.GetValue(_context),
            Parallel = _service.AtOnce(arguments),
        });
        model.Check(tasks);
        return model;
    }
}
