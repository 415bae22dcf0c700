using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary><c>olmo chat</c>.</summary>
internal sealed class ChatCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly SamplingArguments _sampling = new();

    public ChatCommand()
        : base("chat", "Try a model line by line: each line you type is continued")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_engine);
        _sampling.AddTo(this);
        Examples = [new("olmo chat --model runs/quickstart/soup", "Type the beginning of a text; an empty line or Ctrl-D ends")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var generator = TextGenerator.Load(arguments.GetRequiredValue(_model), engine: _engine.Read(arguments));
        var options = _sampling.Read(arguments);
        await terminal.Error.WriteLineAsync("This is a base model: it continues what you type. An empty line ends.");
        for (var turn = 0L; ; turn++)
        {
            await terminal.Error.WriteAsync("> ");
            var line = await Console.In.ReadLineAsync(cancellation);
            if (string.IsNullOrEmpty(line))
            {
                return ExitCode.Success;
            }

            // Each turn draws its own seed from the session's, so that asking twice gives two answers.
            var seeded = options with { Sampling = options.Sampling with { Seed = options.Sampling.Seed + turn } };
            await terminal.Output.WriteAsync(line);
            foreach (var piece in generator.Continue(line, seeded, cancellation))
            {
                await terminal.Output.WriteAsync(piece);
                await terminal.Output.FlushAsync(cancellation);
            }

            await terminal.Output.WriteLineAsync();
        }
    }
}
