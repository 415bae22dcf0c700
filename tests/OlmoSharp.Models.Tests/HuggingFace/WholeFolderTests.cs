using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using Xunit;

namespace OlmoSharp.Models.Tests.HuggingFace;

/// <summary>
/// Folders of the published sizes: config, index and shards of which only the headers are written; the data are holes in the file that cost no
/// disk. Names and shapes are those that Hugging Face documents for each family, written down here a second time.
/// </summary>
public sealed class WholeFolderTests
{
    private const long ShardElements = 5_000_000_000 / 2;

    public static TheoryData<string> Presets => [.. ModelPresets.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_folder_of_any_published_size_is_whole(string name)
    {
        using var folder = new TemporaryFolder();
        var config = ModelPresets.Get(name);
        Write(folder, config, Tensors(config, isStacked: false));
        IsWhole(folder, config);
        if (config.Experts > 0)
        {
            Array.ForEach(Directory.GetFiles(folder.Path), File.Delete);
            Write(folder, config, Tensors(config, isStacked: true));
            IsWhole(folder, config);
        }
    }

    [Fact]
    public void Every_missing_unexpected_and_misshapen_tensor_of_7_billion_parameters_is_named_in_one_error()
    {
        using var folder = new TemporaryFolder();
        var config = ModelPresets.Get("olmo2-7b");
        var tensors = Tensors(config, isStacked: false);
        tensors.Remove("model.layers.31.mlp.down_proj.weight");
        tensors.Remove("model.norm.weight");
        tensors["model.layers.32.mlp.down_proj.weight"] = [4096, 11_008];
        tensors["model.layers.3.self_attn.q_proj.bias"] = [4096];
        tensors["model.layers.17.self_attn.k_proj.weight"] = [1024, 4096];
        tensors["lm_head.weight"] = [100_278, 4096];
        Write(folder, config, tensors);
        var path = folder["model.safetensors.index.json"];
        var index = JsonNode.Parse(File.ReadAllText(path))!;
        var map = index["weight_map"]!.AsObject();
        // The index forgets one tensor, invents one, and names a shard that is not there.
        map.Remove("model.layers.5.self_attn.o_proj.weight");
        map["model.layers.6.self_attn.o_proj.scale"] = map["model.embed_tokens.weight"]!.GetValue<string>();
        map["model.layers.7.mlp.gate_proj.scale"] = "model-00099-of-00099.safetensors";
        File.WriteAllText(path, index.ToJsonString());

        var message = Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.All(
            [
                "'model.layers.31.mlp.down_proj.weight' is missing", "'model.norm.weight' is missing", "'model.layers.32.mlp.down_proj.weight' is unexpected",
                "'model.layers.3.self_attn.q_proj.bias' is unexpected", "'model.layers.17.self_attn.k_proj.weight' has shape [1024, 4096] where the config needs [4096, 4096]",
                "'lm_head.weight' has shape [100278, 4096] where the config needs [100352, 4096]", "'model.layers.5.self_attn.o_proj.weight' is in the shard",
                "'model.layers.6.self_attn.o_proj.scale' is not in the shard", "'model-00099-of-00099.safetensors' is not in the folder",
            ],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Equal(9, message.Split("; ").Length);
    }

    [Fact]
    public void A_misshapen_stack_of_experts_is_named_once()
    {
        using var folder = new TemporaryFolder();
        var config = ModelPresets.Get("olmoe-1b-7b");
        var tensors = Tensors(config, isStacked: true);
        tensors["model.layers.2.mlp.experts.gate_up_proj"] = [64, 1024, 2048];
        tensors.Remove("model.layers.3.mlp.experts.down_proj");
        Write(folder, config, tensors);
        var message = Assert.Throws<ModelException>(() => ModelFolder.Load(folder.Path)).Message;
        Assert.Contains("'model.layers.2.mlp.experts.gate_up_proj' has shape [64, 1024, 2048] where the config needs [64, 2048, 2048]", message, StringComparison.Ordinal);
        Assert.Contains("'model.layers.3.mlp.experts.63.down_proj.weight' is missing", message, StringComparison.Ordinal);
        Assert.Equal(1 + 64, message.Split("; ").Length);
    }

    private static void IsWhole(TemporaryFolder folder, ModelConfig config)
    {
        var (read, weights) = ModelFolder.Open(folder.Path);
        using var _ = weights;
        Assert.Equal(config, read);
        // Under the names of single experts, whichever layout the files have.
        Assert.Equal(
            Tensors(config, isStacked: false).Select(tensor => $"{tensor.Key} {string.Join(',', tensor.Value)}").Order(),
            weights.Entries.Select(entry => $"{entry.Name} {string.Join(',', entry.Shape)}").Order());
    }

    private static Dictionary<string, long[]> Tensors(ModelConfig config, bool isStacked)
    {
        long hidden = config.HiddenSize, ffn = config.IntermediateSize, rows = config.VocabularySize, kv = hidden / config.Heads * config.KeyValueHeads;
        var type = HuggingFaceConfig.ModelType(config);
        Dictionary<string, long[]> tensors = new() { ["model.embed_tokens.weight"] = [rows, hidden] };
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = $"model.layers.{layer}.";
            tensors[name + "self_attn.q_proj.weight"] = [hidden, hidden];
            tensors[name + "self_attn.k_proj.weight"] = [kv, hidden];
            tensors[name + "self_attn.v_proj.weight"] = [kv, hidden];
            tensors[name + "self_attn.o_proj.weight"] = [hidden, hidden];
            if (type != "olmo")
            {
                tensors[name + "self_attn.q_norm.weight"] = [hidden];
                tensors[name + "self_attn.k_norm.weight"] = [kv];
                tensors[name + "post_attention_layernorm.weight"] = [hidden];
                tensors[name + (type == "olmo2" ? "post_feedforward_layernorm.weight" : "input_layernorm.weight")] = [hidden];
            }

            if (type == "olmoe")
            {
                tensors[name + "mlp.gate.weight"] = [config.Experts, hidden];
            }

            if (isStacked)
            {
                tensors[name + "mlp.experts.gate_up_proj"] = [config.Experts, 2 * ffn, hidden];
                tensors[name + "mlp.experts.down_proj"] = [config.Experts, hidden, ffn];
                continue;
            }

            foreach (var mlp in type == "olmoe" ? Enumerable.Range(0, config.Experts).Select(expert => $"{name}mlp.experts.{expert}.") : [name + "mlp."])
            {
                tensors[mlp + "gate_proj.weight"] = [ffn, hidden];
                tensors[mlp + "up_proj.weight"] = [ffn, hidden];
                tensors[mlp + "down_proj.weight"] = [hidden, ffn];
            }
        }

        if (type != "olmo")
        {
            tensors["model.norm.weight"] = [hidden];
        }

        if (!config.TiedEmbeddings)
        {
            tensors["lm_head.weight"] = [rows, hidden];
        }

        return tensors;
    }

    private static void Write(TemporaryFolder folder, ModelConfig config, Dictionary<string, long[]> tensors)
    {
        List<List<string>> shards = [[]];
        long filled = 0;
        foreach (var (name, shape) in tensors)
        {
            if (filled > ShardElements)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(name);
            filled += Count(shape);
        }

        var map = new JsonObject();
        for (var i = 0; i < shards.Count; i++)
        {
            var file = $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors";
            WriteHeader(folder[file], shards[i].Select(name => (name, tensors[name])));
            shards[i].ForEach(name => map.Add(name, file));
        }

        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = tensors.Values.Sum(Count) * 2 }, ["weight_map"] = map };
        File.WriteAllText(folder["model.safetensors.index.json"], index.ToJsonString());
        File.WriteAllText(folder["config.json"], HuggingFaceConfig.Write(config, TorchSharp.torch.ScalarType.BFloat16));
    }

    private static void WriteHeader(string path, IEnumerable<(string Name, long[] Shape)> tensors)
    {
        long end = 0;
        var text = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
        foreach (var (name, shape) in tensors)
        {
            var begin = end;
            end += Count(shape) * 2;
            text.Append($",\"{name}\":{{\"dtype\":\"BF16\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{end}]}}");
        }

        var header = Encoding.UTF8.GetBytes(text.Append('}').ToString());
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.SetLength(8 + header.Length + end);
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
