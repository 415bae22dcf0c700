using System.CommandLine;
using System.Text.Json;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary><c>olmo generate</c>.</summary>
internal sealed class GenerateCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly Option<string> _prompt = new("--prompt", "-p") { HelpName = "TEXT", Description = "What to continue", Required = true };
    private readonly EngineOption _engine = new();
    private readonly SamplingArguments _sampling = new();
    private readonly JsonOption _json = new();

    public GenerateCommand()
        : base("generate", "Continue a text with a model")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_prompt);
        Add(_engine);
        _sampling.AddTo(this);
        Add(_json);
        Examples =
        [
            new("olmo generate --model runs/quickstart/soup --prompt \"Gets the number of\"", "Continue a text"),
            new("olmo generate -m runs/quickstart/soup -p \"Represents a\" --temperature 0", "Always take the most probable token"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var prompt = arguments.GetRequiredValue(_prompt);
        using var generator = TextGenerator.Load(arguments.GetRequiredValue(_model), engine: _engine.Read(arguments));
        var pieces = generator.Continue(prompt, _sampling.Read(arguments), cancellation);
        if (arguments.GetValue(_json))
        {
            await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(new { prompt, continuation = string.Concat(pieces) }));
            return ExitCode.Success;
        }

        await terminal.Output.WriteAsync(prompt);
        foreach (var piece in pieces)
        {
            await terminal.Output.WriteAsync(piece);
            await terminal.Output.FlushAsync(cancellation);
        }

        await terminal.Output.WriteLineAsync();
        return ExitCode.Success;
    }
}
