using System.Globalization;
using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Inference;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary>What happens to the lines of <c>olmo chat</c>.</summary>
internal sealed class ChatSession
{
    private const string Help = """
        /reset            forget what was said
        /retry            answer the last line again
        /system TEXT      tell the assistant how to behave; without TEXT: nothing
        /template NAME    write the conversation by another chat template or a file; raw: by none; without NAME: say which
        /temperature T    0 always takes the most probable token
        /top-p P          choose among the most probable tokens that add up to P
        /max-tokens N     most tokens of an answer
        /save FILE        write what was said to a file
        /exit             end
        """;

    private readonly TextGenerator _generator;
    private readonly ChatHistory _history;
    private readonly Terminal _terminal;
    private GenerationOptions _options;
    private long _answers;

    public ChatSession(TextGenerator generator, GenerationOptions options, ChatTemplate? template, Terminal terminal)
    {
        (_generator, _terminal, _options) = (generator, terminal, options);
        _history = new(generator.Tokenizer, template);
    }

    /// <summary>Says how lines are taken.</summary>
    public async Task IntroduceAsync()
    {
        await SayAsync(_history.Template is { } template
            ? $"Chat template: {template.Name}. /help lists commands; an empty line ends."
            : "The model continues what you type. /help lists commands; an empty line ends.");
        if (_history.End.Ids is [var id] && id != _generator.Tokenizer.EndOfTextId && _generator.Model?.EndIds.Contains(id) == false)
        {
            await SayAsync($"Nothing in the model says that it ends texts with {_generator.Tokenizer.Decode([id])}, as the template does; if it was not tuned on conversations, --raw (/template raw) suits it better.");
        }
    }

    /// <summary>Answers a line, or continues the text with it.</summary>
    public async Task AnswerAsync(string line, CancellationToken cancellation)
    {
        _history.Add(ChatRole.User, line);
        // Each answer draws its own seed from the session's, so that asking twice gives two answers.
        var options = _options with
        {
            Sampling = _options.Sampling with { Seed = _options.Sampling.Seed + _answers++ },
            StopIds = [.. _options.StopIds, .. _history.End.Ids],
            StopStrings = [.. _options.StopStrings, .. _history.End.Strings],
        };
        var answer = new StringBuilder();
        try
        {
            var context = _generator.Engine.Config.ContextLength;
            var prompt = _history.Prompt(Math.Max(context / 2, context - options.MaximumTokens));
            if (_history.Template is null)
            {
                await _terminal.Output.WriteAsync(line);
            }

            foreach (var step in _generator.Generate(prompt, options, cancellation))
            {
                answer.Append(step.Text);
                await _terminal.Output.WriteAsync(step.Text);
                await _terminal.Output.FlushAsync(cancellation);
            }

            await _terminal.Output.WriteLineAsync();
            _history.Add(ChatRole.Assistant, answer.ToString());
        }
        catch (InferenceException exception)
        {
            _history.TakeBack();
            await _terminal.Error.WriteLineAsync($"error: {exception.Message}");
        }
    }

    /// <summary>Does what a line that starts with a slash says; a mistake in it is told and changes nothing.</summary>
    public async Task ObeyAsync(string line, CancellationToken cancellation)
    {
        var (command, value) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var name, var rest] ? (name, rest) : (line.Trim(), "");
        try
        {
            await (command switch
            {
                "/help" => SayAsync(Help),
                "/reset" => ResetAsync(),
                "/retry" => _history.TakeBack() is { } question ? AnswerAsync(question, cancellation) : SayAsync("nothing was said yet"),
                "/system" => SystemAsync(value),
                "/template" => TemplateAsync(value),
                "/temperature" => ChangeAsync(_options with { Sampling = _options.Sampling with { Temperature = Number(value) } }),
                "/top-p" => ChangeAsync(_options with { Sampling = _options.Sampling with { TopP = Number(value) } }),
                "/max-tokens" => ChangeAsync(_options with { MaximumTokens = (int)Number(value) }),
                "/save" => SaveAsync(value),
                _ => SayAsync($"unknown command '{command}'; /help lists them"),
            });
        }
        catch (Exception exception) when (exception is InferenceException or TokenizerException or IOException or UnauthorizedAccessException)
        {
            await SayAsync($"error: {exception.Message}");
        }
    }

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InferenceException($"'{text}' is not a number");

    private Task SayAsync(string text) => _terminal.Error.WriteLineAsync(text);

    private Task ResetAsync()
    {
        _history.Clear();
        return SayAsync("forgotten");
    }

    private Task SystemAsync(string text)
    {
        if (_history.Template is null)
        {
            return SayAsync("without a chat template there is no place for a system prompt");
        }

        _history.System = text.Length == 0 ? null : text;
        return SayAsync(text.Length == 0 ? "no system prompt" : $"system prompt: {text}");
    }

    private Task TemplateAsync(string nameOrFile)
    {
        if (nameOrFile.Length > 0)
        {
            _history.Template = nameOrFile == "raw" ? null : ChatTemplateOption.Find(_generator, nameOrFile);
        }

        return IntroduceAsync();
    }

    private Task ChangeAsync(GenerationOptions options)
    {
        options.Validate();
        _options = options;
        return SayAsync(FormattableString.Invariant($"temperature {options.Sampling.Temperature}, top-p {options.Sampling.TopP}, at most {options.MaximumTokens} tokens"));
    }

    private Task SaveAsync(string path)
    {
        if (path.Length == 0)
        {
            return SayAsync("/save needs the name of a file");
        }

        IEnumerable<ChatMessage> messages = _history.System is null ? _history.Messages : [new(ChatRole.System, _history.System), .. _history.Messages];
        AtomicFile.WriteAllText(path, string.Concat(messages.Select(message => $"{message.Role.ToString().ToLowerInvariant()}: {message.Text}\n\n")));
        return SayAsync($"written to {path}");
    }
}
