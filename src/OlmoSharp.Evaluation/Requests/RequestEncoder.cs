using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>
/// Makes ids of requests: context and continuation are encoded together, and what follows the context's own ids is the continuation. White space at the
/// context's end goes to the continuation first. What is too long loses its beginning.
/// </summary>
/// <remarks>
/// The rule of lm-evaluation-harness and OLMES (<c>_encode_pair</c>). What one request's context shares with the last one's is not encoded again, where the
/// tokenizer allows to cut it (<see cref="Tokenizer.EncodesLinesApart"/>). Not for several threads at once; make one for each.
/// </remarks>
public sealed class RequestEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly EncodingPolicy _policy;
    private readonly List<int> _whole = [];
    private readonly List<int> _stable = [];
    private readonly List<int> _body = [];
    private readonly List<int> _end = [];
    private string _context = "";
    private int _stableEnd;
    private int _bodyEnd;
    private int _contextLength;

    /// <summary>Makes an encoder.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="policy">The rules.</param>
    /// <exception cref="EvaluationException">Nothing has room in the policy's length.</exception>
    public RequestEncoder(Tokenizer tokenizer, EncodingPolicy policy) => (_tokenizer, _policy) =
        (tokenizer, policy.MaxLength > 0 ? policy : throw new EvaluationException($"requests of at most {policy.MaxLength} tokens have no room for anything; set max_length to 1 or more"));

    /// <summary>Encodes a context and a continuation.</summary>
    /// <param name="context">The context; an empty one becomes the prefix id.</param>
    /// <param name="continuation">The continuation.</param>
    /// <exception cref="EvaluationException">No id is left for the continuation: it is empty, or the tokenizer joins it with the context.</exception>
    public EncodedRequest Encode(string context, string continuation)
    {
        var stripped = PythonText.StripEnd(context);
        var tail = context[stripped.Length..] + continuation;
        _whole.Clear();
        if (stripped.Length == 0)
        {
            _whole.Add(_policy.PrefixId);
            _tokenizer.Encode(tail, _whole);
            return Truncated(1, context, continuation);
        }

        Prepare(stripped);
        if (_policy.BeginningId is { } beginning)
        {
            _whole.Add(beginning);
        }

        _whole.AddRange(_body);
        _tokenizer.Encode(string.Concat(stripped.AsSpan(_bodyEnd), tail), _whole);
        return Truncated(_contextLength + (_policy.BeginningId is null ? 0 : 1), context, continuation);
    }

    /// <summary>Encodes a request of plain text: context and continuation, or the context alone where a text is generated.</summary>
    /// <param name="request">The request.</param>
    /// <param name="spec">Its task.</param>
    /// <exception cref="EvaluationException">It is a chat, whose template is the model's; or no id is left for the continuation.</exception>
    public EncodedRequest Encode(EvaluationRequest request, Tasks.TaskSpec spec) =>
        request.Messages is not null ? throw new EvaluationException($"{spec.Name}: a chat is encoded with the model's template")
        : request.Continuation is { } continuation ? Encode(request.Context, continuation)
        : EncodeContext(request.Context, spec.Generation?.MaxTokens ?? 0);

    /// <summary>Encodes a text to go on from.</summary>
    /// <param name="context">The text.</param>
    /// <param name="roomForAnswer">How many ids the answer may take; the context keeps the rest of the length.</param>
    public EncodedRequest EncodeContext(string context, int roomForAnswer)
    {
        _whole.Clear();
        if (_policy.BeginningId is { } beginning)
        {
            _whole.Add(beginning);
        }

        _tokenizer.Encode(context, _whole);
        if (_whole.Count == 0)
        {
            _whole.Add(_policy.PrefixId);
        }

        var dropped = Math.Max(0, _whole.Count - Math.Max(1, _policy.MaxLength - roomForAnswer));
        return new EncodedRequest([.. _whole.Skip(dropped)], _whole.Count - dropped, dropped);
    }

    /// <summary>
    /// Encodes a whole text in windows: each id is predicted once, the first after the prefix id, and each window's first after the last id of the window before.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>Windows of one context id and at most <see cref="EncodingPolicy.MaxLength"/> ids to predict.</returns>
    public IReadOnlyList<EncodedRequest> EncodeRolling(string text) => EncodeRolling(_tokenizer.Encode(text));

    /// <summary>Divides ids into windows as <see cref="EncodeRolling(string)"/> does; none for no ids.</summary>
    /// <param name="ids">The ids of a whole text.</param>
    public IReadOnlyList<EncodedRequest> EncodeRolling(IReadOnlyList<int> ids)
    {
        var windows = new List<EncodedRequest>();
        for (var start = 0; start < ids.Count; start += _policy.MaxLength)
        {
            var window = new int[1 + Math.Min(_policy.MaxLength, ids.Count - start)];
            window[0] = start == 0 ? _policy.PrefixId : ids[start - 1];
            for (var i = 1; i < window.Length; i++)
            {
                window[i] = ids[start + i - 1];
            }

            windows.Add(new EncodedRequest(window, 1, 0));
        }

        return windows;
    }

    /// <summary>Encodes the text of a request for its rolling likelihood.</summary>
    /// <param name="request">The request: its text, or the ids that it comes as.</param>
    public IReadOnlyList<EncodedRequest> EncodeRolling(EvaluationRequest request) =>
        request.Tokenized is { } tokenized ? EncodeRolling(tokenized.Ids) : EncodeRolling(request.Continuation ?? request.Context);

    /// <summary>
    /// Encodes a context in three pieces: what it shares with the last one, what is the same for all its continuations, and its end, which is encoded together
    /// with each continuation.
    /// </summary>
    private void Prepare(string context)
    {
        if (context == _context)
        {
            return;
        }

        var shared = _tokenizer.EncodesLinesApart ? Cut(context, context.AsSpan().CommonPrefixLength(_context)) : 0;
        if (shared != _stableEnd)
        {
            _stable.Clear();
            _tokenizer.Encode(context.AsSpan(0, shared), _stable);
            _stableEnd = shared;
        }

        _bodyEnd = _tokenizer.EncodesLinesApart ? Math.Max(shared, Cut(context, context.Length - 1)) : 0;
        _body.Clear();
        _body.AddRange(_stable);
        _tokenizer.Encode(context.AsSpan(shared, _bodyEnd - shared), _body);
        _end.Clear();
        _tokenizer.Encode(context.AsSpan(_bodyEnd), _end);
        _contextLength = _body.Count + _end.Count;
        _context = context;
    }

    /// <summary>The last place up to <paramref name="limit"/> at which a text may be cut; 0 if there is none.</summary>
    private static int Cut(string text, int limit)
    {
        for (var place = Math.Min(limit, text.Length - 1); place > 1; place--)
        {
            if (text[place - 1] == '\n' && char.IsAsciiLetter(text[place]) && !PythonText.IsSpace(text[place - 2]))
            {
                return place;
            }
        }

        return 0;
    }

    private EncodedRequest Truncated(int contextLength, string context, string continuation)
    {
        var scored = _whole.Count - contextLength;
        if (scored <= 0)
        {
            throw new EvaluationException($"the continuation \"{continuation}\" has no id of its own after \"…{context[^Math.Min(40, context.Length)..]}\"; it is empty, or the tokenizer joins it with the context");
        }

        // The model reads all but the last id.
        var dropped = Math.Max(0, _whole.Count - (_policy.MaxLength + 1));
        return new EncodedRequest([.. _whole.Skip(dropped)], Math.Max(0, contextLength - dropped), dropped);
    }
}
