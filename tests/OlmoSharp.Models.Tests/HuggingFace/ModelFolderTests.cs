using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using OlmoSharp.Torch;
using OlmoSharp.Torch.Safetensors;
using Xunit;
using static OlmoSharp.Models.Tests.SampleModels;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.HuggingFace;

public sealed class ModelFolderTests
{
    [Fact]
    public void What_was_saved_is_loaded_bit_for_bit()
        => Gen.Select(Configs, Gen.Int).Sample(
            (config, seed) =>
            {
                using var folder = new TemporaryFolder();
                using var scope = NewDisposeScope();
                using var saved = SampleModels.Random(config, seed);
                ModelFolder.Save(saved, folder.Path);
                using var loaded = ModelFolder.Load(folder.Path);
                Assert.Equal(config with { KeyValueHeads = config.EffectiveKeyValueHeads }, loaded.Config);
                foreach (var (before, after) in ModelFolder.NamedTensors(saved).Zip(ModelFolder.NamedTensors(loaded)))
                {
                    Assert.Equal(before.Name, after.Name);
                    Assert.Equal(before.Tensor.ToBits(), after.Tensor.ToBits());
                }
            },
            iter: 20, threads: 1);

    [Fact]
    public void The_folder_has_the_names_and_shapes_of_hugging_face()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(Small, 1);
        ModelFolder.Save(model, folder.Path);
        Assert.Equal(["config.json", "generation_config.json", "model.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var generation = JsonDocument.Parse(File.ReadAllText(folder["generation_config.json"]));
        Assert.Equal((0, 1), (generation.RootElement.GetProperty("eos_token_id").GetInt32(), generation.RootElement.GetProperty("pad_token_id").GetInt32()));

        var layer = new Dictionary<string, long[]>
        {
            ["self_attn.q_proj.weight"] = [24, 24],
            ["self_attn.k_proj.weight"] = [12, 24],
            ["self_attn.v_proj.weight"] = [12, 24],
            ["self_attn.o_proj.weight"] = [24, 24],
            ["self_attn.q_norm.weight"] = [24],
            ["self_attn.k_norm.weight"] = [12],
            ["post_attention_layernorm.weight"] = [24],
            ["mlp.gate_proj.weight"] = [20, 24],
            ["mlp.up_proj.weight"] = [20, 24],
            ["mlp.down_proj.weight"] = [24, 20],
            ["post_feedforward_layernorm.weight"] = [24],
        };
        var expected = Enumerable.Range(0, 2).SelectMany(i => layer.Select(pair => ($"model.layers.{i}.{pair.Key}", pair.Value)))
            .Concat([("model.embed_tokens.weight", [29L, 24]), ("model.norm.weight", [24]), ("lm_head.weight", [29, 24])])
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal);
        using var file = SafetensorsFile.Open(folder["model.safetensors"]);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(
            expected.Select(pair => $"{pair.Item1} [{string.Join(',', pair.Item2)}] Float32"),
            file.Entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => $"{entry.Name} [{string.Join(',', entry.Shape)}] {entry.Dtype}"));
    }

    [Fact]
    public void Weights_of_16_bits_are_widened_exactly()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var saved = SampleModels.Random(Small, 2);
        ModelFolder.Save(saved, folder.Path);
        var narrow = ModelFolder.NamedTensors(saved).Select(pair => (pair.Name, Tensor: pair.Tensor.to_type(ScalarType.BFloat16))).ToList();
        File.Delete(folder["model.safetensors"]);
        SafetensorsWriter.Write(folder["model.safetensors"], narrow, new Dictionary<string, string>());
        using var loaded = ModelFolder.Load(folder.Path);
        var weights = Weights(loaded);
        Assert.All(narrow, pair => Assert.Equal(pair.Tensor.ToDoubles(), weights[pair.Name]));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Shards_of_any_size_and_dtype_are_read_back(ScalarType dtype)
        => Gen.Select(Configs, Gen.Int, Gen.Int[1, 4000]).Sample(
            (config, seed, shardBytes) =>
            {
                using var folder = new TemporaryFolder();
                using var scope = NewDisposeScope();
                using var saved = SampleModels.Random(config, seed);
                ModelFolder.Save(saved, folder.Path, dtype, shardBytes);
                var shards = Directory.GetFiles(folder.Path, "*.safetensors");
                if (shards.Length == 1)
                {
                    Assert.Equal([folder["model.safetensors"]], shards);
                    Assert.False(File.Exists(folder["model.safetensors.index.json"]));
                }
                else
                {
                    Assert.All(shards, shard => Assert.EndsWith($"-of-{shards.Length:D5}.safetensors", shard, StringComparison.Ordinal));
                    using var index = JsonDocument.Parse(File.ReadAllText(folder["model.safetensors.index.json"]));
                    Assert.Equal(
                        config.Parameters * (dtype == ScalarType.Float32 ? 4 : 2),
                        index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
                }

                using var loaded = ModelFolder.Load(folder.Path);
                foreach (var (before, after) in ModelFolder.NamedTensors(saved).Zip(ModelFolder.NamedTensors(loaded)))
                {
                    Assert.Equal(before.Tensor.to_type(dtype).ToDoubles(), after.Tensor.ToDoubles());
                }
            },
            iter: 10, threads: 1);

    [Fact]
    public void Every_disagreement_of_index_and_shards_is_named_before_weights_are_read()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(Small, 5);
        ModelFolder.Save(model, folder.Path, shardBytes: 4000);
        var path = folder["model.safetensors.index.json"];
        var index = JsonNode.Parse(File.ReadAllText(path))!;
        var map = index["weight_map"]!.AsObject();
        var last = Directory.GetFiles(folder.Path, "*.safetensors").Order(StringComparer.Ordinal).Last();
        map["more.weight"] = map["model.embed_tokens.weight"]!.GetValue<string>();
        map["other.weight"] = "../model.safetensors";
        map.Remove("model.layers.0.mlp.up_proj.weight");
        File.Delete(last);
        File.WriteAllText(path, index.ToJsonString());
        var message = Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.All(
            ["'more.weight' is not in the shard", "'../model.safetensors' is not in the folder", Path.GetFileName(last), "'model.layers.0.mlp.up_proj.weight' is in the shard"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));

        File.WriteAllText(path, "{\"weight_map\":{\"a\":1}}");
        Assert.Contains("'a'", Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "[]");
        Assert.Contains("is not a JSON object", Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers", "1000000000", "more than any model has")]
    [InlineData("num_hidden_layers", "100000", "claims 100000 layers")]
    [InlineData("model_type", "\"\\ud800\"", "cannot be read")]
    [InlineData("rope_theta", "1e999", "rope_theta")]
    [InlineData("rms_norm_eps", "1e308", "float32")]
    [InlineData("rms_norm_eps", "1e-60", "float32")]
    [InlineData("rope_theta", "NaN", "cannot be read")]
    public void A_config_with_a_damaged_value_is_refused(string field, string value, string reason)
    {
        using var folder = new TemporaryFolder();
        Save(folder, field, value);
        var message = Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.StartsWith(folder["config.json"], message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_of_any_length_takes_no_memory_until_it_is_used()
    {
        using var folder = new TemporaryFolder();
        Save(folder, "max_position_embeddings", "2147483647");
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(folder.Path);
        Assert.Equal([1L, 3, 24], model.Hidden(tensor(new long[,] { { 1, 2, 3 } })).shape);
    }

    private static void Save(TemporaryFolder folder, string field, string value)
    {
        using var model = SampleModels.Random(Small, 8);
        ModelFolder.Save(model, folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!;
        config[field] = "here";
        File.WriteAllText(folder["config.json"], config.ToJsonString().Replace("\"here\"", value, StringComparison.Ordinal));
    }

    [Fact]
    public void Pickle_files_are_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], HuggingFaceConfig.Write(Small));
        File.WriteAllText(folder["pytorch_model.bin"], "");
        Assert.Contains("any code", Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Olmo_has_no_norm_weights_and_tied_models_no_head()
    {
        using var model = new Transformer(ModelPresets.Get("olmo-1b") with { VocabularySize = 8, HiddenSize = 8, IntermediateSize = 4, Layers = 1, Heads = 2, KeyValueHeads = 1 });
        using var scope = NewDisposeScope();
        Assert.Equal(
            [
                "model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.0.self_attn.k_proj.weight",
                "model.layers.0.self_attn.v_proj.weight", "model.layers.0.self_attn.o_proj.weight", "model.layers.0.mlp.gate_proj.weight",
                "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight",
            ],
            ModelFolder.NamedTensors(model).Select(pair => pair.Name));
    }

    [Fact]
    public void Every_missing_unexpected_and_misshapen_tensor_is_named()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Small, 3);
        ModelFolder.Save(model, folder.Path);
        var tensors = ModelFolder.NamedTensors(model)
            .Where(pair => pair.Name is not ("model.norm.weight" or "model.layers.1.self_attn.k_norm.weight"))
            .Select(pair => pair.Name == "lm_head.weight" ? (pair.Name, pair.Tensor.t()) : pair)
            .Append(("model.layers.2.mlp.up_proj.weight", zeros(1)))
            .Append(("model.layers.0.self_attn.q_proj.bias", zeros(24))).ToList();
        File.Delete(folder["model.safetensors"]);
        SafetensorsWriter.Write(folder["model.safetensors"], tensors, new Dictionary<string, string>());
        var message = Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.StartsWith(folder["model.safetensors"], message, StringComparison.Ordinal);
        Assert.All(
            [
                "'model.norm.weight' is missing", "'model.layers.1.self_attn.k_norm.weight' is missing",
                "'model.layers.2.mlp.up_proj.weight' is unexpected", "'model.layers.0.self_attn.q_proj.bias' is unexpected",
                "'lm_head.weight' has shape [24, 29] where the config needs [29, 24]",
            ],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_folders_and_files_are_named()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(Small, 4);
        Assert.StartsWith(folder["none"], Assert.Throws<ModelException>(() => ModelFolder.Load(folder["none"])).Message, StringComparison.Ordinal);
        Assert.StartsWith(folder["config.json"], Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        ModelFolder.Save(model, folder.Path);
        File.Delete(folder["model.safetensors"]);
        Assert.StartsWith(folder["model.safetensors"], Assert.Throws<TorchException>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
    }
}
