using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization.ChatTemplates;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace OlmoSharp.Inference.Clients;

/// <summary>Reads what a call of a chat client asks for, and refuses what a model here cannot do.</summary>
/// <param name="model">The model.</param>
/// <param name="template">Writes its conversations.</param>
/// <param name="modelId">What it is called.</param>
internal sealed class ChatRequestReader(LoadedModel model, ChatTemplate template, string modelId)
{
    private const string TemplateVariables = "chat_template_kwargs";

    private static readonly Dictionary<string, Func<SamplingOptions, double, SamplingOptions>> MoreSampling = new()
    {
        ["min_p"] = (sampling, value) => sampling with { MinP = value },
        ["repetition_penalty"] = (sampling, value) => sampling with { RepetitionPenalty = value },
    };

    // What the library derives from types leaves open whether there may be more; a type has no room for more.
    private static readonly AIJsonSchemaTransformOptions ClosedObjects = new() { DisallowAdditionalProperties = true };

    private readonly TurnEnd _turnEnd = template.FindTurnEnd(model.Tokenizer);
    private readonly ConstraintStore _constraints = new(model.Tokenizer);

    /// <summary>Reads a call.</summary>
    /// <param name="client">Who is called.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How to answer.</param>
    /// <exception cref="InferenceException">Something is out of range or not supported, or the template refuses the conversation.</exception>
    public ChatRequest Read(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        RefuseUnsupported(options);
        var generation = Generation(client, options);
        generation.Validate();
        List<ChatTurn> turns = [.. options?.Instructions is { Length: > 0 } instructions ? [new ChatTurn(ChatRole.System.Value, instructions)] : Array.Empty<ChatTurn>(), .. messages.Select(Turn)];
        if (turns.Count == 0)
        {
            throw new InferenceException("the conversation has no messages; give at least one");
        }

        try
        {
            return new(template.Render(turns, addGenerationPrompt: true, Variables(options)).Encode(model.Tokenizer), generation);
        }
        catch (ChatTemplateException exception)
        {
            throw new InferenceException($"the chat template does not take the conversation: {exception.Message}", exception);
        }
    }

    private void RefuseUnsupported(ChatOptions? options)
    {
        Refuse(options?.Tools is { Count: > 0 }, nameof(ChatOptions.Tools), "calls of tools are");
        Refuse(options?.ToolMode is RequiredChatToolMode, nameof(ChatOptions.ToolMode), "calls of tools are");
        Refuse(options?.AllowMultipleToolCalls == true, nameof(ChatOptions.AllowMultipleToolCalls), "calls of tools are");
        Refuse(options?.ConversationId is not null, nameof(ChatOptions.ConversationId), "conversations that the model keeps are");
        Refuse(options?.Reasoning is not null, nameof(ChatOptions.Reasoning), "an effort of reasoning is");
#pragma warning disable MEAI001 // These are for evaluation only; a caller that sets them is to know that they do nothing here.
        Refuse(options?.AllowBackgroundResponses == true, nameof(ChatOptions.AllowBackgroundResponses), "answers in the background are");
        Refuse(options?.ContinuationToken is not null, nameof(ChatOptions.ContinuationToken), "answers in the background are");
#pragma warning restore MEAI001
        if (options?.ModelId is { } wanted && wanted != modelId)
        {
            throw new InferenceException($"{nameof(ChatOptions)}.{nameof(ChatOptions.ModelId)} is '{wanted}', but this client has '{modelId}' only");
        }

        foreach (var key in options?.AdditionalProperties?.Keys ?? Enumerable.Empty<string>())
        {
            Refuse(!MoreSampling.ContainsKey(key) && key != TemplateVariables, $"{nameof(ChatOptions.AdditionalProperties)}['{key}']", $"known are {string.Join(", ", MoreSampling.Keys)}, {TemplateVariables}; others are");
        }
    }

    private static void Refuse(bool isAsked, string option, string what)
    {
        if (isAsked)
        {
            throw new InferenceException($"{nameof(ChatOptions)}.{option} is set, but {what} not supported by this client");
        }
    }

    private GenerationOptions Generation(IChatClient client, ChatOptions? options)
    {
        var start = options?.RawRepresentationFactory?.Invoke(client) switch
        {
            // A call without a seed is to differ from the call before; one with options of ours says what it wants.
            null => new() { MaximumTokens = model.Engine.Config.ContextLength, Sampling = new() { Seed = Random.Shared.NextInt64() } },
            GenerationOptions given => given.Samples == 1 ? given : throw new InferenceException("a chat client gives one answer; Samples must be 1"),
            var other => throw new InferenceException($"{nameof(ChatOptions.RawRepresentationFactory)} gives a {other.GetType()}, but this client takes {nameof(GenerationOptions)}"),
        };
        var sampling = start.Sampling;
        sampling = sampling with
        {
            Temperature = Exact(options?.Temperature) ?? sampling.Temperature,
            TopP = Exact(options?.TopP) ?? sampling.TopP,
            TopK = options?.TopK ?? sampling.TopK,
            FrequencyPenalty = Exact(options?.FrequencyPenalty) ?? sampling.FrequencyPenalty,
            PresencePenalty = Exact(options?.PresencePenalty) ?? sampling.PresencePenalty,
            Seed = options?.Seed ?? sampling.Seed,
        };
        foreach (var (key, value) in options?.AdditionalProperties ?? [])
        {
            sampling = MoreSampling.TryGetValue(key, out var change) ? change(sampling, Number(key, value)) : sampling;
        }

        return start with
        {
            MaximumTokens = options?.MaxOutputTokens ?? start.MaximumTokens,
            StopStrings = [.. start.StopStrings, .. options?.StopSequences ?? [], .. _turnEnd.Strings],
            StopIds = [.. start.StopIds, .. _turnEnd.Ids],
            Constraint = Constraint(options?.ResponseFormat) ?? start.Constraint,
            Sampling = sampling,
        };
    }

    private OutputConstraint? Constraint(ChatResponseFormat? format)
    {
        switch (format)
        {
            case null or ChatResponseFormatText:
                return null;
            case ChatResponseFormatJson json:
                return json.Schema is { } schema ? _constraints.JsonSchema(AIJsonUtilities.TransformSchema(schema, ClosedObjects).GetRawText()) : _constraints.Grammar(OutputConstraint.JsonObjectGrammar);
            default:
                throw new InferenceException($"the response format {format.GetType()} is not supported; text and JSON are");
        }
    }

    /// <summary>The number that was written, not the nearest one in half as many bits: 0.7 is to be 0.7.</summary>
    private static double? Exact(float? value) => value is { } number ? double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;

    private static double Number(string key, object? value) => value switch
    {
        float number => Exact(number)!.Value,
        JsonElement { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        IConvertible number and not string and not bool => number.ToDouble(CultureInfo.InvariantCulture),
        _ => throw new InferenceException($"{nameof(ChatOptions.AdditionalProperties)}['{key}'] is {value ?? "null"}, but must be a number"),
    };

    private static Dictionary<string, JsonElement>? Variables(ChatOptions? options)
    {
        if (options?.AdditionalProperties?.GetValueOrDefault(TemplateVariables) is not { } variables)
        {
            return null;
        }

        var json = variables is JsonElement element ? element : JsonSerializer.SerializeToElement(variables);
        return json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.Clone())
            : throw new InferenceException($"{nameof(ChatOptions.AdditionalProperties)}['{TemplateVariables}'] must be an object");
    }

    private static ChatTurn Turn(ChatMessage message, int place)
    {
        var unsupported = message.Contents.FirstOrDefault(content => content is not (TextContent or TextReasoningContent or UsageContent));
        if (unsupported is not null)
        {
            throw new InferenceException($"message {place} has a {unsupported.GetType().Name}, which this client does not support; give text");
        }

        Dictionary<string, JsonElement> fields = [];
        Add("name", message.AuthorName);
        Add("reasoning_content", message.Contents.OfType<TextReasoningContent>().Any() ? string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text)) : null);
        return new(message.Role.Value, message.Text) { Fields = fields };

        void Add(string name, string? text)
        {
            if (text is not null)
            {
                fields[name] = JsonSerializer.SerializeToElement(text);
            }
        }
    }
}
