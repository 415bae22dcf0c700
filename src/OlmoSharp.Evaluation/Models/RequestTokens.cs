using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Evaluation.Models;

/// <summary>A task's requests as ids: joint encoding, windows, chats by template, room for answers. Not for several threads at once.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="policy">The rules.</param>
/// <param name="template">How chats are written; null: not at all.</param>
/// <param name="modelName">The model, for errors.</param>
internal sealed class RequestTokens(Tokenizer tokenizer, EncodingPolicy policy, ChatTemplate? template, string modelName)
{
    private readonly RequestEncoder _encoder = new(tokenizer, policy);

    /// <summary>A request for a likelihood: one text, or the windows of a long one.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="EvaluationException">There is nothing to score, or no room for a context.</exception>
    public IReadOnlyList<EncodedRequest> Windows(EvaluationRequest request)
    {
        if (request.Kind == RequestKind.LoglikelihoodRolling)
        {
            return _encoder.EncodeRolling(request);
        }

        var continuation = request.Continuation ?? throw new EvaluationException("a request for a likelihood has no continuation");
        var encoded = request.Messages is null ? _encoder.Encode(request.Context, continuation) : EncodeChat(request, continuation);
        return encoded.ContextLength == 0
            ? throw new EvaluationException($"the continuation has {encoded.Tokens.Count} or more tokens, which leaves none of {policy.MaxLength} for its context")
            : [encoded];
    }

    /// <summary>A request for a text.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The most tokens of an answer that have room.</param>
    /// <param name="failure">Why there is no room; empty where there is.</param>
    /// <exception cref="EvaluationException">It is a chat, and there is no template.</exception>
    public EncodedRequest Prompt(EvaluationRequest request, out int most, out string failure)
    {
        var generation = request.Generation!;
        var asked = generation.MaxTokens!.Value;
        if (WhyNoPromptFits(request, policy.MaxLength) is { } reason)
        {
            (most, failure) = (0, reason);
            return new([], 0, 0);
        }

        EncodedRequest prompt;
        if (request.Messages is null)
        {
            // A task that must not lose its beginning answers in fewer tokens instead.
            prompt = _encoder.EncodeContext(request.Context, IsTruncated(request) ? asked : 1);
        }
        else
        {
            var ids = Chat(request);
            prompt = new(ids, ids.Length, 0);
        }

        most = Math.Min(asked, policy.MaxLength - prompt.Tokens.Count);
        failure = most < 1 ? $"the prompt has {prompt.Tokens.Count} tokens, which leaves no room for an answer in {policy.MaxLength}" : "";
        return prompt;
    }

    /// <summary>Why the answers of a request for a text leave no room for any prompt; null where they do.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxLength">The most ids of prompt and answer.</param>
    internal static string? WhyNoPromptFits(EvaluationRequest request, int maxLength) => IsTruncated(request) && request.Generation!.MaxTokens!.Value is var asked && asked >= maxLength
        ? $"an answer of {asked} tokens leaves no room for a prompt in {maxLength}; set generation.max_tokens"
        : null;

    private static bool IsTruncated(EvaluationRequest request) => request.Messages is null && (request.Generation!.TruncateContext ?? true);

    private EncodedRequest EncodeChat(EvaluationRequest request, string continuation)
    {
        int[] context = Chat(request);
        int[] tokens = [.. context, .. tokenizer.Encode(continuation)];
        var dropped = Math.Max(0, tokens.Length - (policy.MaxLength + 1));
        return new(tokens[dropped..], Math.Max(0, context.Length - dropped), dropped);
    }

    private int[] Chat(EvaluationRequest request)
    {
        var written = template ?? throw new EvaluationException(
            $"{modelName}: the task asks in the form of a chat, but the model brings no chat template; name one with --chat-template, or take the task's plain form");
        var turns = request.Messages!.Select(message => new ChatTurn(message.Role.ToString().ToLowerInvariant(), message.Text));
        return [.. written.Render(turns, addGenerationPrompt: true).Encode(tokenizer), .. tokenizer.Encode(request.AnswerPrefix)];
    }
}
