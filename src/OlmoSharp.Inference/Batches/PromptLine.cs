using System.Globalization;
using System.Text.Json;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Inference.Batches;

/// <summary>A line of a file of prompts: the prompt or the conversation, and what is different for it.</summary>
/// <param name="Id">What the line calls itself, JSON; null where it has no name.</param>
/// <param name="Prompt">What to continue; nothing where it is a conversation.</param>
/// <param name="Options">How.</param>
internal sealed record PromptLine(string? Id, string Prompt, GenerationOptions Options)
{
    private const string MessagesKey = "messages";

    private static readonly JsonDocumentOptions EachKeyOnce = new() { AllowDuplicateProperties = false };

    private static readonly Dictionary<string, Func<GenerationOptions, JsonElement, ConstraintStore, GenerationOptions>> Overrides = new()
    {
        ["max_tokens"] = (options, value, _) => options with { MaximumTokens = value.GetInt32() },
        ["n"] = (options, value, _) => options with { Samples = value.GetInt32() },
        ["logprobs"] = (options, value, _) => options with { LogProbabilities = value.ValueKind == JsonValueKind.Null ? null : value.GetInt32() },
        ["stop"] = (options, value, _) => options with { StopStrings = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Strings(value) },
        ["stop_token_ids"] = (options, value, _) => options with { StopIds = [.. value.EnumerateArray().Select(id => id.GetInt32())] },
        ["json_schema"] = (options, value, constraints) => options with { Constraint = value.ValueKind == JsonValueKind.Null ? null : constraints.JsonSchema(value.GetRawText()) },
        ["grammar"] = (options, value, constraints) => options with { Constraint = value.GetString() is { } grammar ? constraints.Grammar(grammar) : null },
        ["temperature"] = (options, value, _) => Sampled(options, sampling => sampling with { Temperature = value.GetDouble() }),
        ["top_k"] = (options, value, _) => Sampled(options, sampling => sampling with { TopK = value.GetInt32() }),
        ["top_p"] = (options, value, _) => Sampled(options, sampling => sampling with { TopP = value.GetDouble() }),
        ["min_p"] = (options, value, _) => Sampled(options, sampling => sampling with { MinP = value.GetDouble() }),
        ["repetition_penalty"] = (options, value, _) => Sampled(options, sampling => sampling with { RepetitionPenalty = value.GetDouble() }),
        ["presence_penalty"] = (options, value, _) => Sampled(options, sampling => sampling with { PresencePenalty = value.GetDouble() }),
        ["frequency_penalty"] = (options, value, _) => Sampled(options, sampling => sampling with { FrequencyPenalty = value.GetDouble() }),
        ["logit_bias"] = (options, value, _) => Sampled(options, sampling => sampling with { LogitBias = Biases(value) }),
        ["seed"] = (options, value, _) => Sampled(options, sampling => sampling with { Seed = value.GetInt64() }),
    };

    /// <summary>The conversation to answer; null where it is a prompt.</summary>
    public IReadOnlyList<ChatTurn>? Turns { get; private init; }

    /// <summary>The same as it is written, JSON.</summary>
    public string? Messages { get; private init; }

    /// <summary>Reads a line.</summary>
    /// <param name="place">What errors call it.</param>
    /// <param name="json">The line.</param>
    /// <param name="defaults">What holds where the line says nothing.</param>
    /// <param name="constraints">The schemas of lines before.</param>
    /// <exception cref="InferenceException">It is no JSON object with a prompt, or has a key that is unknown or a value that does not go with its key.</exception>
    public static PromptLine Parse(string place, string json, GenerationOptions defaults, ConstraintStore constraints)
    {
        var key = "";
        try
        {
            using var document = JsonDocument.Parse(json, EachKeyOnce);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InferenceException($"{place}: an object was expected, such as {{\"prompt\": \"…\"}}");
            }

            var (id, prompt, messages, options) = ((string?)null, (string?)null, (JsonElement?)null, defaults);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                key = member.Name;
                if (key == "id")
                {
                    id = member.Value.GetRawText();
                }
                else if (key == "prompt")
                {
                    prompt = member.Value.GetString();
                }
                else if (key == MessagesKey)
                {
                    messages = member.Value;
                }
                else if (Overrides.TryGetValue(key, out var change))
                {
                    options = change(options, member.Value, constraints);
                }
                else
                {
                    throw new InferenceException($"{place}: unknown key '{key}'; known are id, prompt, {MessagesKey}, {string.Join(", ", Overrides.Keys)}");
                }
            }

            options.Validate();
            return (prompt, messages) switch
            {
                (not null, null) => new(id, prompt, options),
                (null, { } conversation) => new(id, "", options) { Turns = Read(conversation), Messages = conversation.GetRawText() },
                (null, null) => throw new InferenceException($"{place}: 'prompt' is missing"),
                _ => throw new InferenceException($"{place}: 'prompt' and '{MessagesKey}' exclude each other"),
            };
        }
        catch (JsonException exception)
        {
            throw new InferenceException($"{place}: the line is not JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new InferenceException($"{place}: the value of '{key}' is of the wrong type or out of range", exception);
        }
        catch (InferenceException exception) when (!exception.Message.StartsWith(place, StringComparison.Ordinal))
        {
            throw new InferenceException($"{place}: {exception.Message}", exception);
        }
    }

    private static ChatTurn[] Read(JsonElement messages)
    {
        try
        {
            ChatTurn[] turns = [.. messages.EnumerateArray().Select(ChatTurn.Parse)];
            return turns.Length > 0 ? turns : throw new InferenceException($"'{MessagesKey}' is empty");
        }
        catch (TokenizerException exception)
        {
            throw new InferenceException(exception.Message, exception);
        }
    }

    private static GenerationOptions Sampled(GenerationOptions options, Func<SamplingOptions, SamplingOptions> change) =>
        options with { Sampling = change(options.Sampling) };

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString() ?? throw new FormatException())];

    private static Dictionary<int, double> Biases(JsonElement biases) =>
        biases.EnumerateObject().ToDictionary(bias => int.Parse(bias.Name, NumberStyles.None, CultureInfo.InvariantCulture), bias => bias.Value.GetDouble());
}
