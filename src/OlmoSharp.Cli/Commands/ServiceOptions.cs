using System.CommandLine;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Endpoints;

namespace OlmoSharp.Cli.Commands;

/// <summary>The options of asking an OpenAI-compatible service: how many requests at once, how patiently, with which key.</summary>
internal sealed class ServiceOptions
{
    /// <summary>The environment variable that the key is taken from, where none is named.</summary>
    public const string KeyVariable = "OPENAI_API_KEY";

    private readonly Option<int> _parallel;
    private readonly Option<int> _retries = new("--retries") { HelpName = "N", Description = "Times to ask a service again that fails for now", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "Longest wait for an answer of a service", DefaultValueFactory = _ => 600 };
    private readonly Option<string> _key = new("--key-variable") { HelpName = "NAME", Description = "Environment variable that holds the service's key", DefaultValueFactory = _ => KeyVariable };

    /// <summary>Makes the options.</summary>
    /// <param name="unit">What is asked, such as <c>Questions</c>.</param>
    public ServiceOptions(string unit) =>
        _parallel = new("--parallel") { HelpName = "N", Description = $"{unit} to ask a service at once", DefaultValueFactory = _ => 4 };

    public void AddTo(Command command)
    {
        AtLeast(_parallel, 1);
        AtLeast(_retries, 0);
        AtLeast(_timeout, 1);
        foreach (var option in new Option[] { _parallel, _retries, _timeout, _key })
        {
            command.Add(option);
        }
    }

    /// <summary>The service of a command line; its key is taken from the environment.</summary>
    public EndpointOptions Read(string address, string model, ParseResult arguments) => new()
    {
        Address = Uri.TryCreate(address, UriKind.Absolute, out var found) ? found : throw new EvaluationException($"'{address}' is no address; give one such as http://localhost:8080/v1"),
        Model = model,
        ApiKey = Environment.GetEnvironmentVariable(arguments.GetRequiredValue(_key)) is { Length: > 0 } key ? key : null,
        Retries = arguments.GetValue(_retries),
        Timeout = TimeSpan.FromSeconds(arguments.GetValue(_timeout)),
    };

    public int AtOnce(ParseResult arguments) => arguments.GetValue(_parallel);

    private static void AtLeast(Option<int> option, int least) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < least)
        {
            result.AddError($"{option.Name} must be at least {least}.");
        }
    });
}
