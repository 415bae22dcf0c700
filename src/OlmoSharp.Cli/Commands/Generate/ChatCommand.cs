using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary><c>olmo chat</c>.</summary>
internal sealed class ChatCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly Option<bool> _turns = new("--turns") { Description = "Put what is said between <|user|>, <|assistant|> and <|end|>, for a model tuned on them" };
    private readonly Option<string?> _system = new("--system") { HelpName = "TEXT", Description = "What the assistant is told first; needs --turns" };
    private readonly SamplingArguments _sampling = new();

    public ChatCommand()
        : base("chat", "Talk to a model, or write a text with it line by line")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_engine);
        Add(_turns);
        Add(_system);
        _sampling.AddTo(this);
        Examples =
        [
            new("olmo chat --model runs/quickstart/soup", "Each line you type is continued; /help lists commands, an empty line or Ctrl-D ends"),
            new("olmo chat --model tuned --turns --system \"Be brief.\"", "Talk to a model that was tuned on turns"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var generator = TextGenerator.Load(arguments.GetRequiredValue(_model), engine: _engine.Read(arguments));
        var hasTurns = arguments.GetValue(_turns);
        var session = new ChatSession(generator, _sampling.Read(arguments, generator.Tokenizer), hasTurns, terminal);
        if (arguments.GetValue(_system) is { } system)
        {
            await session.ObeyAsync($"/system {system}", cancellation);
        }

        await terminal.Error.WriteLineAsync(hasTurns
            ? "Turns between <|user|> and <|assistant|>. /help lists commands; an empty line ends."
            : "The model continues what you type (chat templates are not run; --turns for a model tuned on <|user|> and <|assistant|>). /help lists commands; an empty line ends.");
        while (true)
        {
            await terminal.Error.WriteAsync("> ");
            await terminal.Error.FlushAsync(cancellation);
            var line = await terminal.Input.ReadLineAsync(cancellation);
            if (string.IsNullOrEmpty(line) || line == "/exit")
            {
                return ExitCode.Success;
            }

            await (line[0] == '/' ? session.ObeyAsync(line, cancellation) : session.AnswerAsync(line, cancellation));
        }
    }
}
