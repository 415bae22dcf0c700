using System.CommandLine;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Endpoints;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary>The options of a model behind an OpenAI-compatible service.</summary>
/// <param name="modelOption">The option that names the model.</param>
/// <param name="modelDescription">What the model does.</param>
/// <param name="offersChat">Whether the prompt may be a text to continue or a chat.</param>
internal sealed class EndpointModelOptions(string modelOption = "--served-model", string modelDescription = "The model to ask a service for", bool offersChat = true)
{
    private const string KeyVariable = "OPENAI_API_KEY";
    private readonly Option<string?> _model = new(modelOption) { HelpName = "NAME", Description = modelDescription };
    private readonly Option<bool> _chat = new("--chat") { Description = "Send a service the prompt as a message of a chat, not as a text to continue" };
    private readonly Option<int> _atOnce = new("--parallel") { HelpName = "N", Description = "Questions to ask a service at once", DefaultValueFactory = _ => 4 };
    private readonly Option<int> _retries = new("--retries") { HelpName = "N", Description = "Times to ask a service again that fails for now", DefaultValueFactory = _ => 5 };

    /// <summary>Whether a model is named by an address.</summary>
    public static bool IsAddress(string model) => model.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || model.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public void AddTo(Command command)
    {
        foreach (var option in offersChat ? new Option[] { _model, _chat, _atOnce, _retries } : [_model, _atOnce, _retries])
        {
            command.Add(option);
        }

        _atOnce.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--parallel must be at least 1.");
            }
        });
        _retries.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--retries must be at least 0.");
            }
        });
    }

    /// <summary>The service of a command line; its key is taken from the environment.</summary>
    public EndpointOptions Read(string address, ParseResult arguments) => new()
    {
        Address = Uri.TryCreate(address, UriKind.Absolute, out var found) ? found : throw new EvaluationException($"'{address}' is no address; give one such as http://localhost:8080/v1"),
        Model = arguments.GetValue(_model) ?? throw new EvaluationException($"a service needs the name of a model to ask for; give it with {modelOption}"),
        ApiKey = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null,
        Retries = arguments.GetValue(_retries),
    };

    public bool IsChat(ParseResult arguments) => arguments.GetValue(_chat);

    public int AtOnce(ParseResult arguments) => arguments.GetValue(_atOnce);
}
