using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary><c>olmo chat</c>.</summary>
internal sealed class ChatCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly ChatTemplateOption _template = new();
    private readonly Option<bool> _turns = new("--turns") { Description = "Short for --chat-template turns: <|user|>, <|assistant|> and <|end|>" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Continue what is typed line by line, without a chat template" };
    private readonly Option<string?> _system = new("--system") { HelpName = "TEXT", Description = "What the assistant is told first" };
    private readonly SamplingArguments _sampling = new();

    public ChatCommand()
        : base("chat", "Talk to a model, or write a text with it line by line")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_engine);
        Add(_template);
        Add(_turns);
        Add(_raw);
        Add(_system);
        _sampling.AddTo(this);
        Validators.Add(result =>
        {
            if ((result.GetValue(_template) is not null ? 1 : 0) + (result.GetValue(_turns) ? 1 : 0) + (result.GetValue(_raw) ? 1 : 0) > 1)
            {
                result.AddError("--chat-template, --turns and --raw exclude each other.");
            }
        });
        Examples =
        [
            new("olmo chat --model tuned --system \"Be brief.\"", "Talk to a model by its chat template; /help lists commands, an empty line ends"),
            new("olmo chat --model runs/quickstart/soup --raw", "A model that was not tuned on conversations continues each line"),
            new("olmo chat --model OLMo-2-0425-1B-SFT --chat-template tulu", "Name a template"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var generator = TextGenerator.Load(arguments.GetRequiredValue(_model), engine: _engine.Read(arguments));
        var template = arguments.GetValue(_raw) ? null : ChatTemplateOption.Find(generator, arguments.GetValue(_turns) ? "turns" : arguments.GetValue(_template));
        var session = new ChatSession(generator, _sampling.Read(arguments, generator.Tokenizer), template, terminal);
        if (arguments.GetValue(_system) is { } system)
        {
            await session.ObeyAsync($"/system {system}", cancellation);
        }

        await session.IntroduceAsync();
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
