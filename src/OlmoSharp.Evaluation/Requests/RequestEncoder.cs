using OlmoSharp.Evaluation.Templates;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>
/// Makes ids of requests: context and continuation are encoded together, and what follows the context's own ids is the continuation. White space at the
/// context's end goes to the continuation first. What is too long loses its beginning.
/// </summary>
/// <remarks>The rule of lm-evaluation-harness and OLMES (<c>_encode_pair</c>). Not for several threads at once; make one for each.</remarks>
public sealed class RequestEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly EncodingPolicy _policy;
    private readonly List<int> _whole = [];
    private string? _lastContext;
    private int _lastLength;

    /// <summary>Makes an encoder.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="policy">The rules.</param>
    public RequestEncoder(Tokenizer tokenizer, EncodingPolicy policy) => (_tokenizer, _policy) = (tokenizer, policy);

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

        if (_policy.BeginningId is { } beginning)
        {
            _whole.Add(beginning);
        }

        _tokenizer.Encode(string.Concat(stripped, tail), _whole);
        return Truncated(ContextLength(stripped), context, continuation);
    }

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
    public IReadOnlyList<EncodedRequest> EncodeRolling(string text)
    {
        var ids = _tokenizer.Encode(text);
        var windows = new List<EncodedRequest>();
        for (var start = 0; start < ids.Length; start += _policy.MaxLength)
        {
            var end = Math.Min(ids.Length, start + _policy.MaxLength);
            windows.Add(new EncodedRequest([start == 0 ? _policy.PrefixId : ids[start - 1], .. ids[start..end]], 1, 0));
        }

        return windows;
    }

    /// <summary>How many ids a context has by itself; choices of one document share it.</summary>
    private int ContextLength(string context)
    {
        if (context != _lastContext)
        {
            (_lastContext, _lastLength) = (context, _tokenizer.Encode(context).Length + (_policy.BeginningId is null ? 0 : 1));
        }

        return _lastLength;
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
