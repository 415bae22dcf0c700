using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>How a text was asked for: the prompt, the model, and settings that differ from model to model and are kept as they are.</summary>
/// <param name="fields">All fields in their order; <c>prompt</c>, <c>model_name</c> and <c>max_output_tokens</c> are there.</param>
[JsonConverter(typeof(Converter))]
public sealed class PromptingState(JsonObject fields)
{
    /// <summary>All fields in their order.</summary>
    public JsonObject Fields => fields;

    /// <summary>What the model was sent.</summary>
    public string Prompt { get; } = Required<string>(fields, "prompt", JsonValueKind.String);

    /// <summary>The model's name, as tables show it.</summary>
    public string ModelName { get; } = Required<string>(fields, "model_name", JsonValueKind.String);

    /// <summary>The most tokens that it was to generate; −1 for a person.</summary>
    public int MaxOutputTokens { get; } = Required<int>(fields, "max_output_tokens", JsonValueKind.Number);

    private static T Required<T>(JsonObject fields, string name, JsonValueKind kind) =>
        fields[name] is JsonValue value && value.GetValueKind() == kind && value.TryGetValue<T>(out var found)
            ? found
            : throw new JsonException($"prompting_state needs \"{name}\", a {(kind == JsonValueKind.String ? "text" : "whole number")}");

    private sealed class Converter : JsonConverter<PromptingState>
    {
        public override PromptingState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonNode.Parse(ref reader) is JsonObject fields ? new(fields) : throw new JsonException("prompting_state must be an object");

        public override void Write(Utf8JsonWriter writer, PromptingState value, JsonSerializerOptions options) => value.Fields.WriteTo(writer, options);
    }
}
