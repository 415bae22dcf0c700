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
    private readonly Option<string?> _model = new(modelOption) { HelpName = "NAME", Description = modelDescription };
    private readonly Option<bool> _chat = new("--chat") { Description = "Send a service the prompt as a message of a chat, not as a text to continue" };
    private readonly ServiceOptions _service = new("Questions");

    /// <summary>Whether a model is named by an address.</summary>
    public static bool IsAddress(string model) => model.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || model.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public void AddTo(Command command)
    {
        command.Add(_model);
        if (offersChat)
        {
            command.Add(_chat);
        }

        _service.AddTo(command);
    }

    /// <summary>The service of a command line; its key is taken from the environment.</summary>
    public EndpointOptions Read(string address, ParseResult arguments) =>
        _service.Read(address, arguments.GetValue(_model) ?? throw new EvaluationException($"a service needs the name of a model to ask for; give it with {modelOption}"), arguments);

    public bool IsChat(ParseResult arguments) => arguments.GetValue(_chat);

    public int AtOnce(ParseResult arguments) => _service.AtOnce(arguments);
}
