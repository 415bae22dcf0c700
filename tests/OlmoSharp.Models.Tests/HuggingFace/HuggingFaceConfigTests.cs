using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.HuggingFace;

public sealed class HuggingFaceConfigTests
{
    // The config.json of OLMo 2 1B, with the fields and values that its publisher's folder has.
    private const string Published = """
        {
          "architectures": ["Olmo2ForCausalLM"],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "eos_token_id": 100257,
          "hidden_act": "silu",
          "hidden_size": 2048,
          "initializer_range": 0.02,
          "intermediate_size": 8192,
          "max_position_embeddings": 4096,
          "model_type": "olmo2",
          "num_attention_heads": 16,
          "num_hidden_layers": 16,
          "num_key_value_heads": 16,
          "pad_token_id": 100277,
          "rms_norm_eps": 1e-06,
          "rope_scaling": null,
          "rope_theta": 500000,
          "tie_word_embeddings": false,
          "torch_dtype": "float32",
          "transformers_version": "4.47.0",
          "use_cache": false,
          "vocab_size": 100352
        }
        """;

    // The same of OLMo 7B of April 2024.
    private const string PublishedOlmo = """
        {
          "architectures": ["OlmoForCausalLM"],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "clip_qkv": 8.0,
          "eos_token_id": 50279,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 11008,
          "max_position_embeddings": 4096,
          "model_type": "olmo",
          "num_attention_heads": 32,
          "num_hidden_layers": 32,
          "num_key_value_heads": 32,
          "pad_token_id": 1,
          "rope_scaling": null,
          "rope_theta": 10000.0,
          "tie_word_embeddings": false,
          "torch_dtype": "float32",
          "transformers_version": "4.40.0",
          "use_cache": true,
          "vocab_size": 50304
        }
        """;

    // The same of OLMoE-1B-7B of September 2024.
    private const string PublishedOlmoe = """
        {
          "architectures": ["OlmoeForCausalLM"],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "clip_qkv": null,
          "eos_token_id": 50279,
          "hidden_act": "silu",
          "hidden_size": 2048,
          "initializer_range": 0.02,
          "intermediate_size": 1024,
          "max_position_embeddings": 4096,
          "model_type": "olmoe",
          "norm_topk_prob": false,
          "num_attention_heads": 16,
          "num_experts": 64,
          "num_experts_per_tok": 8,
          "num_hidden_layers": 16,
          "num_key_value_heads": 16,
          "output_router_logits": false,
          "pad_token_id": 1,
          "rms_norm_eps": 1e-05,
          "rope_scaling": null,
          "rope_theta": 10000.0,
          "router_aux_loss_coef": 0.01,
          "tie_word_embeddings": false,
          "torch_dtype": "float32",
          "transformers_version": "4.45.0",
          "use_cache": true,
          "vocab_size": 50304
        }
        """;

    // The fields that FlexOlmo's configuration class has, with its defaults (those of FlexOlmo-7x7B-1T).
    private const string PublishedFlexOlmo = """
        {
          "architectures": ["FlexOlmoForCausalLM"],
          "attention_bias": false,
          "attention_dropout": 0.0,
          "eos_token_id": 100257,
          "hidden_act": "silu",
          "hidden_size": 4096,
          "initializer_range": 0.02,
          "intermediate_size": 11008,
          "max_position_embeddings": 4096,
          "model_type": "flex_olmo",
          "norm_topk_prob": false,
          "num_attention_heads": 32,
          "num_experts": 7,
          "num_experts_per_tok": 5,
          "num_hidden_layers": 32,
          "num_key_value_heads": 32,
          "output_router_logits": false,
          "pad_token_id": 100277,
          "rms_norm_eps": 1e-06,
          "rope_scaling": null,
          "rope_theta": 500000.0,
          "router_aux_loss_coef": 0.01,
          "tie_word_embeddings": false,
          "torch_dtype": "float32",
          "transformers_version": "4.57.0",
          "use_cache": true,
          "vocab_size": 100352
        }
        """;

    private static readonly ModelConfig Olmo2_1B = new()
    {
        VocabularySize = 100_352,
        HiddenSize = 2048,
        IntermediateSize = 8192,
        Layers = 16,
        Heads = 16,
        KeyValueHeads = 16,
        ContextLength = 4096,
        RopeTheta = 500_000,
        NormEpsilon = 1e-6,
        InitializerRange = 0.02,
        EndOfTextId = 100_257,
        PaddingId = 100_277,
    };

    [Fact]
    public void A_published_config_is_read()
    {
        Assert.Equal(Olmo2_1B, Read(Published));
        Assert.Equal(ModelPresets.Get("olmo2-1b"), Read(Published));
        Assert.Equal(ModelPresets.Get("olmo-7b-0424"), Read(PublishedOlmo));
        Assert.Equal(ModelPresets.Get("olmoe-1b-7b"), Read(PublishedOlmoe));
        Assert.Equal(ModelPresets.Get("olmo2-7b") with { Experts = 7, ExpertsPerToken = 5 }, Read(PublishedFlexOlmo));
        Assert.Equal(ModelPresets.Get("olmo-7b") with { ContextLength = 4096 }, Read(PublishedOlmo.Replace("8.0", "null", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Published, 500_000.0)]
    [InlineData(PublishedOlmo, 10_000.0)]
    [InlineData(PublishedOlmoe, 10_000.0)]
    [InlineData(PublishedFlexOlmo, 500_000.0)]
    public void The_newer_spelling_means_the_same(string published, double theta)
    {
        var json = JsonNode.Parse(published)!.AsObject();
        json.Remove("rope_theta");
        json.Remove("rope_scaling");
        json.Remove("torch_dtype");
        json["rope_parameters"] = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = theta };
        json["dtype"] = "bfloat16";
        Assert.Equal(Read(published), Read(json.ToJsonString()));
    }

    [Fact]
    public void Two_different_thetas_are_refused()
        => Refused(
            Published.Replace("\"rope_scaling\": null", "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 10000}", StringComparison.Ordinal),
            "'rope_theta' is 500000, but 'rope_parameters.rope_theta' is 10000");

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var json = JsonNode.Parse(Published)!.AsObject();
        json.Remove("vocab_size");
        json["hidden_size"] = "2048";
        json["hidden_act"] = "gelu";
        json["rope_parameters"] = new JsonObject { ["rope_type"] = "yarn", ["rope_theta"] = 1.0 };
        json["tie_word_embeddings"] = 1;
        json["clip_qkv"] = 8.0;
        var text = json.ToJsonString();
        Assert.All(
            ["'vocab_size' is missing", "'hidden_size' is \"2048\"", "'hidden_act' is \"gelu\"", "'rope_parameters.factor' is missing", "'tie_word_embeddings' is 1", "'clip_qkv' is 8"],
            part => Refused(text, part));
    }

    [Theory]
    [InlineData(ScalarType.Float32, "float32")]
    [InlineData(ScalarType.BFloat16, "bfloat16")]
    [InlineData(ScalarType.Float16, "float16")]
    public void The_written_dtype_is_that_of_the_weights(ScalarType dtype, string name)
        => Assert.Equal(name, JsonNode.Parse(HuggingFaceConfig.Write(Olmo2_1B, dtype))!["torch_dtype"]!.GetValue<string>());

    [Fact]
    public void What_no_family_describes_is_not_written()
    {
        Assert.Throws<ModelException>(() => HuggingFaceConfig.Write(Olmo2_1B with { QkNorm = false }));
        Assert.Throws<ModelException>(() => HuggingFaceConfig.Write(Olmo2_1B, ScalarType.Int64));
    }

    [Theory]
    [InlineData(Published)]
    [InlineData(PublishedOlmo)]
    [InlineData(PublishedOlmoe)]
    [InlineData(PublishedFlexOlmo)]
    public void Written_fields_and_values_are_the_published_ones(string text)
    {
        var published = JsonNode.Parse(text)!.AsObject();
        // These depend on the writing program, not on the model.
        published.Remove("transformers_version");
        published.Remove("use_cache");
        var written = JsonNode.Parse(HuggingFaceConfig.Write(Read(text)))!.AsObject();
        written.Remove("use_cache");
        // Hugging Face has no field for it.
        written.Remove("router_z_loss_coef");
        Assert.True(written.Remove("bos_token_id", out var bos) && bos is null);
        Assert.Equal(published.Select(field => field.Key).Order(StringComparer.Ordinal), written.Select(field => field.Key).Order(StringComparer.Ordinal));
        foreach (var (name, value) in published)
        {
            if (value is JsonValue number && number.TryGetValue<double>(out var expected))
            {
                Assert.Equal(expected, double.Parse(written[name]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.Equal(value?.ToJsonString(), written[name]?.ToJsonString());
            }
        }
    }

    [Fact]
    public void What_was_written_is_read()
        => Gen.Select(SampleModels.Configs, Gen.Int[0, 1000], Gen.Int[0, 1000]).Sample(
            (config, endOfText, padding) =>
            {
                var ids = config.VocabularySize;
                config = config with { EndOfTextId = endOfText % ids, PaddingId = padding % ids, KeyValueHeads = config.EffectiveKeyValueHeads };
                Assert.Equal(config, Read(HuggingFaceConfig.Write(config)));
            },
            iter: 100, threads: 1);

    [Theory]
    [InlineData("model_type", "\"llama\"")]
    [InlineData("model_type", "7")]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("attention_bias", "true")]
    [InlineData("tie_word_embeddings", "\"yes\"")]
    [InlineData("rope_parameters", "7")]
    [InlineData("rope_scaling", "7")]
    [InlineData("hidden_size", "\"2048\"")]
    [InlineData("hidden_size", "2048.5")]
    [InlineData("hidden_size", "99999999999")]
    [InlineData("hidden_size", "[2048]")]
    [InlineData("vocab_size", "null")]
    [InlineData("rms_norm_eps", "\"1e-6\"")]
    [InlineData("eos_token_id", "[100257, 100265]")]
    public void An_unsupported_or_mistyped_field_is_named(string field, string value)
    {
        var json = JsonNode.Parse(Published)!.AsObject();
        json[field] = JsonNode.Parse(value);
        Refused(json.ToJsonString(), $"'{field}'");
    }

    [Theory]
    [InlineData("model_type")]
    [InlineData("vocab_size")]
    [InlineData("hidden_size")]
    [InlineData("intermediate_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("max_position_embeddings")]
    [InlineData("rope_theta")]
    [InlineData("rms_norm_eps")]
    [InlineData("eos_token_id")]
    [InlineData("pad_token_id")]
    public void A_missing_field_is_named(string field)
    {
        var json = JsonNode.Parse(Published)!.AsObject();
        json.Remove(field);
        Refused(json.ToJsonString(), $"'{field}'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"model_type\":\"olmo2\",\"model_type\":\"olmo2\"}")]
    public void A_file_that_is_no_sound_object_is_refused(string text) => Refused(text, "config.json");

    [Fact]
    public void A_model_that_cannot_be_is_refused_with_the_file_s_name()
        => Refused(Published.Replace("\"num_attention_heads\": 16", "\"num_attention_heads\": 17", StringComparison.Ordinal), "17 heads");

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith(folder["config.json"], Assert.Throws<ModelException>(() => HuggingFaceConfig.Read(folder["config.json"])).Message, StringComparison.Ordinal);
    }

    private static void Refused(string text, string part)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], text);
        var exception = Assert.Throws<ModelException>(() => HuggingFaceConfig.Read(folder["config.json"]));
        Assert.StartsWith(folder["config.json"], exception.Message, StringComparison.Ordinal);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    private static ModelConfig Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], text);
        return HuggingFaceConfig.Read(folder["config.json"]);
    }
}
