using System.Text.Json;
using OlmoSharp.Tokenization.ChatTemplates.Running;
using OlmoSharp.Tokenization.ChatTemplates.Syntax;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>
/// Makes the prompt of a conversation, as a model's chat template says: a template in Jinja2 as transformers runs it. Templates come from strangers: what one can do is bounded, and it
/// reaches nothing but what it is given. What is said in the conversation can never become a special token. May be used from several threads at once.
/// </summary>
public sealed class ChatTemplate
{
    private const int MostLength = 1 << 20;
    private const string ToolVariant = "tool_use";

    // Far more than any conversation that fits a model needs; about a second of work, and at most 64 MB of text.
    private const long DefaultSteps = 4_000_000;

    private readonly IReadOnlyList<Statement> _statements;
    private ChatTemplate? _forTools;

    private ChatTemplate(string name, string source)
    {
        (Name, Source) = (name, source);
        if (source.Length > MostLength)
        {
            throw new ChatTemplateException(name, 1, $"the template has {source.Length} characters; at most {MostLength} are read");
        }

        try
        {
            _statements = Parser.Read(source);
        }
        catch (TemplateSyntaxFault fault)
        {
            throw new ChatTemplateException(name, fault.Line, fault.Message, fault);
        }
    }

    private ChatTemplate(ChatTemplate other, IReadOnlyDictionary<string, string> specialTokens)
    {
        (Name, Source, _statements, _forTools, Time, Steps) = (other.Name, other.Source, other._statements, other._forTools, other.Time, other.Steps);
        SpecialTokens = specialTokens;
    }

    /// <summary>The names of the templates that need no model: <c>tulu</c>, <c>olmo</c>, <c>chatml</c>, <c>plain</c>, <c>turns</c>.</summary>
    public static IReadOnlyCollection<string> BuiltInNames => [.. BuiltInTemplates.All.Keys];

    /// <summary>What errors call it: where it comes from.</summary>
    public string Name { get; }

    /// <summary>Its text.</summary>
    public string Source { get; }

    /// <summary>The special tokens that it can name, such as <c>bos_token</c>; only those that the model has.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; } = new Dictionary<string, string>();

    /// <summary>The clock of <c>strftime_now</c>.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>How much a conversation may take.</summary>
    internal long Steps { get; set; } = DefaultSteps;

    /// <summary>Reads the chat template of a model folder: <c>chat_template.jinja</c>, or <c>chat_template</c> in <c>tokenizer_config.json</c>.</summary>
    /// <param name="modelFolder">The folder.</param>
    /// <param name="variant">Which, where the model has several; null: its default, and its variant for tools where tools are given.</param>
    /// <returns>Null where there is none, or no such folder.</returns>
    /// <exception cref="TokenizerException">A file cannot be read, a template is not sound, or there is no such variant.</exception>
    public static ChatTemplate? Read(string modelFolder, string? variant = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        using var document = TemplateFiles.ReadConfig(modelFolder, out var config);
        var templates = TemplateFiles.Read(modelFolder, config);
        if (templates.Count == 0 && variant is null)
        {
            return null;
        }

        var name = variant ?? (templates.Count == 1 ? templates.Keys.Single() : "default");
        if (!templates.TryGetValue(name, out var chosen))
        {
            throw new TokenizerException($"{modelFolder}: there is no chat template '{name}'; {(templates.Count == 0 ? "there is none" : "there are " + string.Join(", ", templates.Keys))}");
        }

        var tokens = TemplateFiles.SpecialTokens(config);
        var template = Parse(chosen.Text, chosen.Origin).WithSpecialTokens(tokens);
        template._forTools = variant is null && name != ToolVariant && templates.TryGetValue(ToolVariant, out var tools) ? Parse(tools.Text, tools.Origin).WithSpecialTokens(tokens) : null;
        return template;
    }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template, Jinja2.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="ChatTemplateException">It is not sound, or uses what is not supported; the line is named.</exception>
    public static ChatTemplate Parse(string text, string name = "chat template")
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(name, text);
    }

    /// <summary>A template that needs no model. It is for models trained on its format; others will answer badly.</summary>
    /// <param name="name">One of <see cref="BuiltInNames"/>.</param>
    /// <param name="tokenizer">The model's, whose end of text is that of the template.</param>
    /// <exception cref="TokenizerException">There is none of the name.</exception>
    public static ChatTemplate BuiltIn(string name, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (!BuiltInTemplates.All.TryGetValue(name, out var text))
        {
            throw new TokenizerException($"there is no built-in chat template '{name}'; there are {string.Join(", ", BuiltInNames)}");
        }

        var endOfText = tokenizer.Decode([tokenizer.EndOfTextId]);
        return Parse(text, $"built-in template '{name}'").WithSpecialTokens(new Dictionary<string, string> { ["bos_token"] = endOfText, ["eos_token"] = endOfText });
    }

    /// <summary>The same template with other special tokens.</summary>
    /// <param name="tokens">Their strings by their names, such as <c>bos_token</c>.</param>
    public ChatTemplate WithSpecialTokens(IReadOnlyDictionary<string, string> tokens) => new(this, tokens);

    /// <summary>Makes the prompt of a conversation.</summary>
    /// <param name="turns">What was said, the oldest first.</param>
    /// <param name="addGenerationPrompt">Whether the prompt ends where the assistant is to speak.</param>
    /// <param name="variables">What else the template may read, such as <c>tools</c>, <c>documents</c> or <c>enable_thinking</c>; their texts can make no special tokens either.</param>
    /// <exception cref="ChatTemplateException">The template refuses the conversation (<see cref="ChatTemplateException.Reason"/> says why), goes wrong, or does too much.</exception>
    public RenderedChat Render(IEnumerable<ChatTurn> turns, bool addGenerationPrompt, IReadOnlyDictionary<string, JsonElement>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(turns);
        if (_forTools is not null && variables?.GetValueOrDefault("tools") is { ValueKind: JsonValueKind.Array })
        {
            return _forTools.Render(turns, addGenerationPrompt, variables);
        }

        // The order in which transformers fills them: special tokens, then what the caller gives.
        Dictionary<string, object?> given = new() { ["tools"] = null, ["documents"] = null };
        foreach (var (name, token) in SpecialTokens)
        {
            given[name] = new MarkedText(token, isForeign: false);
        }

        try
        {
            foreach (var (name, value) in variables ?? new Dictionary<string, JsonElement>())
            {
                given[name] = JsonValue.Read(value);
            }

            given["messages"] = new ListValue([.. turns.Select(turn => turn.Value())]);
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(Name, 1, $"the conversation is {fault.Message}", fault);
        }

        given["add_generation_prompt"] = addGenerationPrompt;
        var text = Interpreter.Run(Name, _statements, given, Steps, Time);
        return new(text.Text, text.Foreign);
    }

    /// <summary>Finds out how the template ends what the assistant says, by rendering a small conversation.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <returns>Nothing where the template refuses that conversation or writes nothing there.</returns>
    public TurnEnd FindTurnEnd(Tokenizer tokenizer)
    {
        const string said = "alpha1", answer = "beta2", next = "gamma3";
        ChatTurn[] turns = [new("user", said), new("assistant", answer), new("user", next)];
        for (var count = turns.Length; count > 1; count--)
        {
            try
            {
                var text = Render(turns.Take(count), addGenerationPrompt: false).Text;
                var start = text.IndexOf(answer, StringComparison.Ordinal) + answer.Length;
                var end = text.IndexOf(next, StringComparison.Ordinal);
                if (start >= answer.Length)
                {
                    return FindTurnEnd(text[start..(end > start ? end : text.Length)], tokenizer);
                }
            }
            catch (ChatTemplateException)
            {
                // Some templates refuse a conversation that ends with a question; the shorter one does not.
            }
        }

        return new([], []);
    }

    private static TurnEnd FindTurnEnd(string between, Tokenizer tokenizer)
    {
        foreach (var id in tokenizer.EncodeWithSpecialTokens(between))
        {
            if (tokenizer.IsSpecial(id))
            {
                return new([id], []);
            }
        }

        var text = between.TrimEnd() is { Length: > 0 } trimmed ? trimmed : between;
        return new([], text.Length > 0 ? [text] : []);
    }
}
