using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Inference.Chat;

/// <summary>What was said so far, and the prompt that it makes: as a chat template writes it, or one text that goes on line by line.</summary>
public sealed class ChatHistory
{
    private readonly Tokenizer _tokenizer;
    private readonly List<ChatMessage> _messages = [];
    private ChatTemplate? _template;

    /// <summary>Starts a chat.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="template">Writes the conversation; null: the lines are one text that the model continues.</param>
    public ChatHistory(Tokenizer tokenizer, ChatTemplate? template)
    {
        _tokenizer = tokenizer;
        Template = template;
    }

    /// <summary>Writes the conversation; null: the lines are one text that the model continues.</summary>
    public ChatTemplate? Template
    {
        get => _template;
        set
        {
            _template = value;
            End = value?.FindTurnEnd(_tokenizer) ?? new([], []);
        }
    }

    /// <summary>What ends the model's turn.</summary>
    public TurnEnd End { get; private set; } = new([], []);

    /// <summary>What the assistant is told first; null: nothing.</summary>
    public string? System { get; set; }

    /// <summary>What was said, the oldest first, without <see cref="System"/>.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>Adds what someone said.</summary>
    public void Add(ChatRole role, string text) => _messages.Add(new(role, text));

    /// <summary>Forgets what was said.</summary>
    public void Clear() => _messages.Clear();

    /// <summary>Forgets the last answer and gives the question again, so that it can be asked once more.</summary>
    /// <returns>The question; null where there is none.</returns>
    public string? TakeBack()
    {
        var question = _messages.FindLastIndex(message => message.Role == ChatRole.User);
        if (question < 0)
        {
            return null;
        }

        var text = _messages[question].Text;
        _messages.RemoveRange(question, _messages.Count - question);
        return text;
    }

    /// <summary>The prompt for the model's next turn. Where it would be too long, the oldest is left out: questions with their answers, or the beginning of the text.</summary>
    /// <param name="mostTokens">Tokens that the prompt may have.</param>
    /// <exception cref="InferenceException">Even the last question is too long, or the template does not take the conversation.</exception>
    public IReadOnlyList<int> Prompt(int mostTokens)
    {
        if (Template is null)
        {
            int[] text = _tokenizer.Encode(string.Concat(_messages.Select((message, i) => message.Role == ChatRole.User && i > 0 ? "\n" + message.Text : message.Text)));
            return [_tokenizer.EndOfTextId, .. text.AsSpan(Math.Max(0, text.Length - mostTokens + 1))];
        }

        for (var first = 0; first == 0 || first < _messages.Count; first++)
        {
            if (first > 0 && _messages[first].Role != ChatRole.User)
            {
                continue;
            }

            var ids = Render(Template, first);
            if (ids.Length <= mostTokens)
            {
                return ids;
            }
        }

        throw new InferenceException($"what was said last does not fit into the {mostTokens} tokens that the model's context leaves for it; say less, or ask for fewer tokens");
    }

    private int[] Render(ChatTemplate template, int first)
    {
        IEnumerable<ChatMessage> messages = System is null ? _messages.Skip(first) : [new(ChatRole.System, System), .. _messages.Skip(first)];
        try
        {
            return template.Render(messages.Select(message => new ChatTurn(message.Role.ToString().ToLowerInvariant(), message.Text)), addGenerationPrompt: true).Encode(_tokenizer);
        }
        catch (ChatTemplateException exception)
        {
            throw new InferenceException($"the chat template does not take the conversation: {exception.Message}", exception);
        }
    }
}
