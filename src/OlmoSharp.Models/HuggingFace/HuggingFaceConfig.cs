using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>The <c>config.json</c> of a Hugging Face model folder, for OLMo 2.</summary>
public static class HuggingFaceConfig
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly JsonDocumentOptions EachFieldOnce = new() { AllowDuplicateProperties = false };

    /// <summary>The file's text for a model.</summary>
    public static string Write(ModelConfig config)
        => new JsonObject
        {
            ["architectures"] = new JsonArray("Olmo2ForCausalLM"),
            ["attention_bias"] = false,
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = null,
            ["eos_token_id"] = config.EndOfTextId,
            ["hidden_act"] = "silu",
            ["hidden_size"] = config.HiddenSize,
            ["initializer_range"] = config.InitializerRange,
            ["intermediate_size"] = config.IntermediateSize,
            ["max_position_embeddings"] = config.ContextLength,
            ["model_type"] = "olmo2",
            ["num_attention_heads"] = config.Heads,
            ["num_hidden_layers"] = config.Layers,
            ["num_key_value_heads"] = config.EffectiveKeyValueHeads,
            ["pad_token_id"] = config.PaddingId,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_scaling"] = null,
            ["rope_theta"] = config.RopeTheta,
            ["tie_word_embeddings"] = false,
            ["torch_dtype"] = "float32",
            ["use_cache"] = true,
            ["vocab_size"] = config.VocabularySize,
        }.ToJsonString(Indented) + "\n";

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelException">It is missing, not JSON, or describes a model that is not supported.</exception>
    public static ModelConfig Read(string path)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(path), documentOptions: EachFieldOnce) as JsonObject
                ?? throw new ModelException($"{path}: is not a JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelException($"{path}: cannot be read: {e.Message}", e);
        }

        var fields = new ConfigFields(path, json);
        fields.Require("model_type", "olmo2");
        fields.RequireAbsentOr("hidden_act", "silu");
        fields.RequireAbsentOr("attention_bias", false);
        fields.RequireAbsentOr("tie_word_embeddings", false);
        fields.RequireAbsentOr("rope_scaling", null);
        var config = new ModelConfig
        {
            VocabularySize = fields.Integer("vocab_size"),
            HiddenSize = fields.Integer("hidden_size"),
            IntermediateSize = fields.Integer("intermediate_size"),
            Layers = fields.Integer("num_hidden_layers"),
            Heads = fields.Integer("num_attention_heads"),
            KeyValueHeads = fields.Integer("num_key_value_heads", 0),
            ContextLength = fields.Integer("max_position_embeddings"),
            RopeTheta = fields.Number("rope_theta"),
            NormEpsilon = fields.Number("rms_norm_eps"),
            InitializerRange = fields.Number("initializer_range", 0.02),
            EndOfTextId = fields.Integer("eos_token_id"),
            PaddingId = fields.Integer("pad_token_id"),
        };
        try
        {
            config.Validate();
        }
        catch (ModelException e)
        {
            throw new ModelException($"{path}: {e.Message}", e);
        }

        return config;
    }

    /// <summary>Typed access to the file's fields, with errors that name file and field.</summary>
    private sealed class ConfigFields(string path, JsonObject json)
    {
        public int Integer(string name, int? otherwise = null)
            => Value<int>(name, "a whole number") ?? otherwise ?? throw Missing(name);

        public double Number(string name, double? otherwise = null)
            => Value<double>(name, "a number") ?? otherwise ?? throw Missing(name);

        public void Require(string name, string expected)
        {
            if (json[name] is not JsonValue value || !value.TryGetValue<string>(out var text) || text != expected)
            {
                throw Unsupported(name, $"\"{expected}\"");
            }
        }

        public void RequireAbsentOr(string name, JsonNode? expected)
        {
            if (json[name] is { } value && !JsonNode.DeepEquals(value, expected))
            {
                throw Unsupported(name, expected?.ToJsonString() ?? "null");
            }
        }

        private T? Value<T>(string name, string kind)
            where T : struct
        {
            if (json[name] is null)
            {
                return null;
            }

            return json[name] is JsonValue value && value.TryGetValue<T>(out var result)
                ? result
                : throw new ModelException($"{path}: '{name}' is {json[name]!.ToJsonString()}, but must be {kind}");
        }

        private ModelException Missing(string name) => new($"{path}: '{name}' is missing");

        private ModelException Unsupported(string name, string expected)
            => new($"{path}: '{name}' is {json[name]?.ToJsonString() ?? "missing"}, but only {expected} is supported");
    }
}
