using System.Text.Json.Nodes;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using Xunit;

namespace OlmoSharp.Models.Tests.HuggingFace;

public sealed class RopeFieldsTests
{
    private const string Yarn = """{"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 8192, "attention_factor": 1.2, "beta_fast": 32, "beta_slow": 1}""";
    private const string Llama3 = """{"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 8192, "low_freq_factor": 1.0, "high_freq_factor": 4.0}""";

    public static TheoryData<string, RopeScaling?> Spellings { get; } = new()
    {
        { """{"type": "linear", "factor": 4}""", new() { Type = RopeScalingType.Linear, Factor = 4 } },
        { """{"rope_type": "linear", "type": "linear", "factor": 4.0}""", new() { Type = RopeScalingType.Linear, Factor = 4 } },
        { """{"rope_type": "yarn", "factor": 2.5, "attention_factor": null}""", new() { Type = RopeScalingType.Yarn, Factor = 2.5 } },
        { Yarn, new() { Type = RopeScalingType.Yarn, Factor = 8, OriginalContextLength = 8192, AttentionFactor = 1.2 } },
        { Llama3, new() { Type = RopeScalingType.Llama3, Factor = 8, OriginalContextLength = 8192 } },
        { """{"rope_type": "default"}""", null },
        { """{"rope_type": "default", "partial_rotary_factor": 1.0}""", null },
        { "null", null },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Both_spellings_are_read_and_the_written_one_again(string json, RopeScaling? expected)
    {
        var old = Read(config => config["rope_scaling"] = JsonNode.Parse(json));
        Assert.Equal(expected, old.RopeScaling);
        Assert.Equal(500_000, old.RopeTheta);
        var recent = Read(config =>
        {
            config.Remove("rope_theta");
            config.Remove("rope_scaling");
            var parameters = JsonNode.Parse(json) ?? new JsonObject { ["rope_type"] = "default" };
            parameters["rope_theta"] = 500_000;
            config["rope_parameters"] = parameters;
        });
        Assert.Equal(old, recent);
        Assert.Equal(old, Read(config => config["rope_scaling"] = JsonNode.Parse(HuggingFaceConfig.Write(old))!["rope_scaling"]?.DeepClone()));
    }

    [Theory]
    [InlineData("""{"rope_type": "dynamic", "factor": 2.0}""", "'rope_scaling.rope_type' is \"dynamic\", but only \"default\", \"linear\", \"yarn\", \"llama3\" is supported")]
    [InlineData("""{"rope_type": "longrope", "factor": 2.0}""", "\"longrope\"")]
    [InlineData("""{"factor": 2.0}""", "'rope_scaling.type' is missing")]
    [InlineData("""{"type": "linear"}""", "'rope_scaling.factor' is missing")]
    [InlineData("""{"type": "linear", "factor": "2"}""", "'rope_scaling.factor' is \"2\", but must be a number")]
    [InlineData("""{"type": "linear", "factor": 0.5}""", "rope_scaling.factor is 0.5")]
    [InlineData("""{"type": "linear", "factor": 2, "beta_fast": 3}""", "'rope_scaling.beta_fast' is 3, but of the type \"linear\" it is not supported")]
    [InlineData("""{"rope_type": "yarn", "factor": 2, "mscale": 0.7}""", "'rope_scaling.mscale' is 0.7")]
    [InlineData("""{"rope_type": "yarn", "factor": 2, "partial_rotary_factor": 0.5}""", "'rope_scaling.partial_rotary_factor' is 0.5, but only 1")]
    [InlineData("""{"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0}""", "'rope_scaling.original_max_position_embeddings' is missing; 'rope_scaling.high_freq_factor' is missing")]
    [InlineData("7", "'rope_scaling' is 7, but must be an object or null")]
    public void What_is_not_supported_is_named(string json, string problem)
        => Assert.Contains(problem, Assert.Throws<ModelException>(() => Read(config => config["rope_scaling"] = JsonNode.Parse(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_spellings_that_disagree_are_refused()
        => Assert.Contains("say different things", Assert.Throws<ModelException>(() => Read(config =>
        {
            config["rope_scaling"] = JsonNode.Parse(Yarn);
            config["rope_parameters"] = JsonNode.Parse(Llama3);
        })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("eos_token_id", 100_352)]
    [InlineData("eos_token_id", -1)]
    [InlineData("pad_token_id", 100_352)]
    [InlineData("pad_token_id", -1)]
    public void A_special_id_outside_the_vocabulary_is_refused(string field, int id)
        => Assert.Contains($"'{field}' is {id}, but the vocabulary has the ids 0 to 100351", Assert.Throws<ModelException>(() => Read(config => config[field] = id)).Message, StringComparison.Ordinal);

    /// <summary>Reads the config of OLMo 2 7B with changes.</summary>
    private static ModelConfig Read(Action<JsonObject> change)
    {
        using var folder = new TemporaryFolder();
        var json = JsonNode.Parse(HuggingFaceConfig.Write(ModelPresets.Get("olmo2-7b")))!.AsObject();
        change(json);
        File.WriteAllText(folder["config.json"], json.ToJsonString());
        return HuggingFaceConfig.Read(folder["config.json"]);
    }
}
