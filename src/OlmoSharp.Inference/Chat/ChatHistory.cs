using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Chat;

/// <summary>What was said so far, and the prompt that it makes: turns between special tokens (see <see cref="ChatTurnTokens"/>), or one text that goes on line by line.</summary>
public sealed class ChatHistory
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _hasTurns;
    private readonly List<ChatMessage> _messages = [];

    /// <summary>Starts a chat.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="hasTurns">Whether the model was tuned on turns; otherwise the lines are one text that it continues.</param>
    /// <exception cref="InferenceException">There are to be turns, but the tokenizer has no tokens for them.</exception>
    public ChatHistory(Tokenizer tokenizer, bool hasTurns)
    {
        (_tokenizer, _hasTurns) = (tokenizer, hasTurns);
        if (hasTurns && new[] { ChatTurnTokens.System, ChatTurnTokens.User, ChatTurnTokens.Assistant, ChatTurnTokens.End }.FirstOrDefault(name => !tokenizer.SpecialTokens.ContainsKey(name)) is { } missing)
        {
            throw new InferenceException($"the tokenizer has no token {missing} for the turns of a chat; talk to the model without turns");
        }

        EndIds = hasTurns ? [tokenizer.SpecialTokens[ChatTurnTokens.End]] : [];
    }

    /// <summary>Ids that end the model's turn.</summary>
    public IReadOnlyList<int> EndIds { get; }

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
    /// <exception cref="InferenceException">Even the last question is too long.</exception>
    public IReadOnlyList<int> Prompt(int mostTokens)
    {
        if (!_hasTurns)
        {
            int[] text = _tokenizer.Encode(string.Concat(_messages.Select((message, i) => message.Role == ChatRole.User && i > 0 ? "\n" + message.Text : message.Text)));
            return [_tokenizer.EndOfTextId, .. text.AsSpan(Math.Max(0, text.Length - mostTokens + 1))];
        }

        for (var first = 0; ; first++)
        {
            if (first == _messages.Count && first > 0)
            {
                throw new InferenceException($"what was said last does not fit into the {mostTokens} tokens that the model's context leaves for it; say less, or ask for fewer tokens");
            }

            if (first > 0 && _messages[first].Role != ChatRole.User)
            {
                continue;
            }

            List<int> ids = [];
            if (System is not null)
            {
                Turn(ChatTurnTokens.System, System, ids);
            }

            foreach (var message in _messages.Skip(first))
            {
                Turn(message.Role == ChatRole.User ? ChatTurnTokens.User : ChatTurnTokens.Assistant, message.Text, ids);
            }

            ids.Add(_tokenizer.SpecialTokens[ChatTurnTokens.Assistant]);
            _tokenizer.Encode("\n".AsSpan(), ids);
            if (ids.Count <= mostTokens)
            {
                return ids;
            }
        }
    }

    /// <summary>The text between special tokens is ordinary text, even where it spells one.</summary>
    private void Turn(string role, string text, List<int> ids)
    {
        ids.Add(_tokenizer.SpecialTokens[role]);
        _tokenizer.Encode(("\n" + text).AsSpan(), ids);
        ids.Add(_tokenizer.SpecialTokens[ChatTurnTokens.End]);
        _tokenizer.Encode("\n".AsSpan(), ids);
    }
}
