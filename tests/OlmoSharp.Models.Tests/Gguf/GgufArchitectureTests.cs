using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Gguf;

/// <summary>What llama.cpp expects of the architectures, spelled out.</summary>
public sealed class GgufArchitectureTests
{
    [Fact]
    public void Olmo_has_no_norms_and_heads_of_rotated_pairs_side_by_side()
    {
        var config = GgufSamples.Of(ModelFamily.Olmo);
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Convert(config, folder, "f32");
        using var file = GgufFile.Open(folder["model.gguf"]);
        Assert.Equal(
            ["attn_k", "attn_output", "attn_q", "attn_v", "ffn_down", "ffn_gate", "ffn_up"],
            file.Tensors.Keys.Where(name => name.StartsWith("blk.1.", StringComparison.Ordinal)).Select(name => name[6..^7]).Order(StringComparer.Ordinal));
        Assert.Equal(["output.weight", "token_embd.weight"], file.Tensors.Keys.Where(name => !name.StartsWith("blk.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Settings(file, "olmo", ("attention.layer_norm_epsilon", 1e-5f), ("attention.clamp_kqv", 0.75f), ("attention.head_count_kv", 2u));

        var weights = Weights(model);
        foreach (var (gguf, name, heads) in new[] { ("attn_q", "q_proj", 4), ("attn_k", "k_proj", 2) })
        {
            var (stored, expected) = (Rows(file, $"blk.1.{gguf}.weight"), weights[$"model.layers.1.self_attn.{name}.weight"]);
            for (var head = 0; head < heads; head++)
            {
                for (var i = 0; i < 8; i++)
                {
                    Assert.Equal(Row(expected, 16 * head + i), stored[16 * head + 2 * i]);
                    Assert.Equal(Row(expected, 16 * head + 8 + i), stored[16 * head + 2 * i + 1]);
                }
            }
        }

        var values = weights["model.layers.1.self_attn.v_proj.weight"];
        Assert.Equal(Enumerable.Range(0, 32).Select(row => Row(values, row)), Rows(file, "blk.1.attn_v.weight"));
    }

    [Fact]
    public void Olmoe_has_the_experts_of_a_layer_in_one_tensor()
    {
        var config = GgufSamples.Of(ModelFamily.Olmoe);
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Convert(config, folder, "f32");
        using var file = GgufFile.Open(folder["model.gguf"]);
        Assert.Equal(
            [
                "attn_k", "attn_k_norm", "attn_norm", "attn_output", "attn_q", "attn_q_norm", "attn_v", "ffn_down_exps", "ffn_gate_exps", "ffn_gate_inp", "ffn_norm",
                "ffn_up_exps",
            ],
            file.Tensors.Keys.Where(name => name.StartsWith("blk.1.", StringComparison.Ordinal)).Select(name => name[6..^7]).Order(StringComparer.Ordinal));
        Settings(file, "olmoe",
            ("attention.layer_norm_rms_epsilon", 1e-5f), ("expert_count", 3u), ("expert_used_count", 2u), ("expert_weights_norm", false), ("feed_forward_length", 96u));

        var weights = Weights(model);
        foreach (var (gguf, name, shape) in new (string, string, long[])[]
        {
            ("ffn_gate_exps", "gate_proj", [3, 96, 64]), ("ffn_up_exps", "up_proj", [3, 96, 64]), ("ffn_down_exps", "down_proj", [3, 64, 96]),
        })
        {
            Assert.Equal(shape, file.Tensors[$"blk.1.{gguf}.weight"].Shape);
            var rows = Rows(file, $"blk.1.{gguf}.weight");
            for (var expert = 0; expert < 3; expert++)
            {
                var expected = weights[$"model.layers.1.mlp.experts.{expert}.{name}.weight"];
                Assert.Equal(Enumerable.Range(0, (int)shape[1]).Select(row => Row(expected, row)), rows.Skip(expert * (int)shape[1]).Take((int)shape[1]));
            }
        }
    }

    [Theory]
    [InlineData(ModelFamily.Olmo2, "ffn_down")]
    [InlineData(ModelFamily.Olmoe, "ffn_down_exps")]
    public void The_mixed_type_gives_more_bits_where_they_matter(ModelFamily family, string down)
    {
        using var folder = new TemporaryFolder();
        using var model = Convert(GgufSamples.Of(family) with { Layers = 8, HiddenSize = 256, IntermediateSize = 256, Experts = family == ModelFamily.Olmoe ? 2 : 0 }, folder, "q4_k_m");
        using var file = GgufFile.Open(folder["model.gguf"]);
        foreach (var (name, tensor) in file.Tensors)
        {
            var parts = name.Split('.');
            // The first and the last of eight layers, and every third from the second on, starting with its third.
            var expected = name.Contains("norm", StringComparison.Ordinal) || name.Contains("gate_inp", StringComparison.Ordinal) ? "f32"
                : name == "output.weight" ? "q6_k"
                : parts is ["blk", "0" or "3" or "6" or "7", var part, "weight"] && (part == "attn_v" || part == down) ? "q6_k" : "q4_k";
            Assert.True(expected == tensor.Type.Name, $"{name} is {tensor.Type.Name} instead of {expected}");
        }
    }

    [Fact]
    public void Rows_of_no_whole_super_block_take_the_types_of_small_blocks()
    {
        using var folder = new TemporaryFolder();
        using var model = Convert(GgufSamples.Of(ModelFamily.Olmo) with { HiddenSize = 256, TiedEmbeddings = true }, folder, "q4_k_m");
        using var file = GgufFile.Open(folder["model.gguf"]);
        Assert.Equal(
            ["q6_k", "q5_0", "q8_0", "q4_k", "q6_k"],
            new[] { "token_embd", "blk.0.ffn_down", "blk.1.ffn_down", "blk.1.ffn_up", "blk.1.attn_v" }.Select(name => file.Tensors[name + ".weight"].Type.Name));
    }

    [Theory]
    [InlineData("expert_weights_norm", true, "false")]
    [InlineData("expert_weights_scale", 2f, "0 or 1")]
    [InlineData("attention.sliding_window", 4u, "sliding-window")]
    [InlineData("expert_used_count", 4u, "experts_per_token is 4")]
    public void Settings_that_the_model_cannot_follow_are_refused(string key, object value, string reason)
    {
        var settings = new Dictionary<string, object>
        {
            ["general.architecture"] = "olmoe",
            ["tokenizer.ggml.tokens"] = new[] { "a", "b" },
            ["tokenizer.ggml.eos_token_id"] = 0u,
            ["olmoe.embedding_length"] = 8u,
            ["olmoe.feed_forward_length"] = 8u,
            ["olmoe.block_count"] = 1u,
            ["olmoe.attention.head_count"] = 2u,
            ["olmoe.attention.layer_norm_rms_epsilon"] = 1e-5f,
            ["olmoe.context_length"] = 16u,
            ["olmoe.expert_count"] = 3u,
            ["olmoe.expert_used_count"] = 2u,
            [$"olmoe.{key}"] = value,
        };
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["model.gguf"], GgufSamples.WithoutTensors(settings));
        var message = Assert.Throws<ModelException>(() => GgufModel.Load(folder["model.gguf"])).Message;
        Assert.StartsWith(folder["model.gguf"], message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private static Transformer Convert(ModelConfig config, TemporaryFolder folder, string type)
    {
        var model = SampleModels.Random(config, 1);
        GgufSamples.Save(model, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse(type));
        return model;
    }

    private static void Settings(GgufFile file, string architecture, params (string Key, object Value)[] settings)
    {
        Assert.Equal(architecture, file.Metadata.Values["general.architecture"]);
        Assert.All(settings, setting => Assert.Equal(setting.Value, file.Metadata.Values[$"{architecture}.{setting.Key}"]));
    }

    private static Dictionary<string, Tensor> Weights(Transformer model) => ModelFolder.NamedTensors(model).ToDictionary(pair => pair.Name, pair => pair.Tensor);

    /// <summary>All rows of a tensor in the file, as plain numbers.</summary>
    private static List<double[]> Rows(GgufFile file, string name)
    {
        using var values = zeros([.. file.Tensors[name].Shape]);
        file.CopyTo(name, values);
        return [.. values.ToDoubles().Chunk((int)values.shape[^1])];
    }

    private static double[] Row(Tensor matrix, int row) => matrix[row].ToDoubles();
}
