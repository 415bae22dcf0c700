using System.Text;
using System.Text.Json;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufModelTests
{
    [Theory]
    [InlineData("f32", 0.0)]
    [InlineData("f16", 1e-3)]
    [InlineData("bf16", 1e-2)]
    [InlineData("q8_0", 1e-2)]
    [InlineData("q4_0", 0.2)]
    public void A_converted_model_is_read_back(string type, double tolerance)
    {
        using var folder = new TemporaryFolder();
        using var saved = SampleModels.Random(GgufSamples.Config, 1);
        GgufSamples.Save(saved, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse(type));
        var (loaded, _) = GgufModel.Load(folder["model.gguf"]);
        using var __ = loaded;
        Assert.Equal(saved.Config, loaded.Config);
        var actual = SampleModels.Weights(loaded);
        foreach (var (name, expected) in SampleModels.Weights(saved))
        {
            SampleModels.Close(expected, actual[name], name.Contains("norm", StringComparison.Ordinal) ? 0 : tolerance, name);
        }

        Assert.Equal(["model.gguf"], Directory.GetFiles(folder.Path, "*gguf*").Select(Path.GetFileName));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config, 2);
        GgufSamples.Save(model, folder.Path);
        GgufExport.Write(folder.Path, folder["a.gguf"], GgufFileType.Parse("q4_0"));
        GgufExport.Write(folder.Path, folder["b.gguf"], GgufFileType.Parse("q4_0"));
        Assert.Equal(File.ReadAllBytes(folder["a.gguf"]), File.ReadAllBytes(folder["b.gguf"]));
    }

    [Fact]
    public void The_file_is_laid_out_as_llama_cpp_reads_it()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config, 3);
        GgufSamples.Save(model, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f32"));

        using var reader = new BinaryReader(File.OpenRead(folder["model.gguf"]));
        Assert.Equal("GGUF"u8, reader.ReadBytes(4));
        Assert.Equal(3, reader.ReadInt32());
        var (tensors, pairs) = (reader.ReadInt64(), reader.ReadInt64());
        var metadata = new Dictionary<string, object>();
        for (var i = 0; i < pairs; i++)
        {
            var key = Text();
            metadata.Add(key, Value(reader.ReadInt32()));
        }

        var infos = Enumerable.Range(0, (int)tensors)
            .Select(_ => (Name: Text(), Dimensions: Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt64()).ToArray(), Type: reader.ReadInt32(), Offset: reader.ReadInt64()))
            .ToArray();
        var dataStart = (reader.BaseStream.Position + 31) / 32 * 32;

        var settings = new Dictionary<string, object>
        {
            ["general.architecture"] = "olmo2",
            ["general.file_type"] = 0u,
            ["general.quantization_version"] = 2u,
            ["olmo2.block_count"] = 2u,
            ["olmo2.context_length"] = 16u,
            ["olmo2.embedding_length"] = 64u,
            ["olmo2.feed_forward_length"] = 96u,
            ["olmo2.attention.head_count"] = 4u,
            ["olmo2.attention.head_count_kv"] = 2u,
            ["olmo2.attention.layer_norm_rms_epsilon"] = 1e-6f,
            ["olmo2.rope.freq_base"] = 100f,
            ["olmo2.rope.dimension_count"] = 16u,
            ["tokenizer.ggml.model"] = "gpt2",
            ["tokenizer.ggml.pre"] = "dbrx",
            ["tokenizer.ggml.eos_token_id"] = 257u,
            ["tokenizer.ggml.padding_token_id"] = 258u,
            ["tokenizer.ggml.add_bos_token"] = false,
            ["tokenizer.chat_template"] = GgufSamples.ChatTemplate,
        };
        Assert.All(settings, pair => Assert.Equal(pair.Value, metadata[pair.Key]));
        Assert.Equal(
            [.. Enumerable.Range(0, 256).Select(GgufSamples.Character), "ab", "<|endoftext|>", "<|pad|>", "<tool>", "[PAD260]", "[PAD261]", "[PAD262]"],
            ((object[])metadata["tokenizer.ggml.tokens"]).Cast<string>());
        Assert.Equal([.. Enumerable.Repeat(1, 257), 3, 3, 4, 5, 5, 5], ((object[])metadata["tokenizer.ggml.token_type"]).Cast<int>());
        Assert.Equal(["a b"], (object[])metadata["tokenizer.ggml.merges"]);

        var names = new Dictionary<string, string>
        {
            ["token_embd"] = "model.embed_tokens", ["output_norm"] = "model.norm", ["output"] = "lm_head",
        };
        foreach (var layer in new[] { 0, 1 })
        {
            foreach (var (ours, theirs) in new[]
            {
                ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
                ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"), ("post_attention_layernorm", "post_attention_norm"),
                ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"), ("post_feedforward_layernorm", "post_ffw_norm"),
            })
            {
                names.Add($"blk.{layer}.{theirs}", $"model.layers.{layer}.{ours}");
            }
        }

        using var scope = NewDisposeScope();
        var weights = ModelFolder.NamedTensors(model).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Assert.Equal(names.Keys.Select(name => name + ".weight").Order(StringComparer.Ordinal), infos.Select(info => info.Name).Order(StringComparer.Ordinal));
        foreach (var (name, dimensions, type, offset) in infos)
        {
            var weight = weights[names[name[..^".weight".Length]] + ".weight"];
            Assert.Equal(weight.shape.Reverse(), dimensions);
            Assert.Equal((0, 0L), (type, offset % 32));
            reader.BaseStream.Position = dataStart + offset;
            Assert.Equal(weight.ToBits(), Enumerable.Range(0, (int)weight.numel()).Select(_ => reader.ReadInt32()));
        }

        string Text() => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadInt64()));

        object Value(int type) => type switch
        {
            4 => reader.ReadUInt32(),
            5 => reader.ReadInt32(),
            6 => reader.ReadSingle(),
            7 => reader.ReadBoolean(),
            8 => Text(),
            9 => List(reader.ReadInt32(), reader.ReadInt64()),
            _ => throw new InvalidDataException($"type {type}"),
        };

        object[] List(int type, long count) => [.. Enumerable.Range(0, (int)count).Select(_ => Value(type))];
    }

    [Fact]
    public void The_tokenizer_comes_back_with_its_ids()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config, 4);
        GgufSamples.Save(model, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f16"));
        var (loaded, json) = GgufModel.Load(folder["model.gguf"]);
        loaded.Dispose();
        using var before = JsonDocument.Parse(File.ReadAllText(folder["tokenizer.json"]));
        using var after = JsonDocument.Parse(json);
        foreach (var part in new[] { "added_tokens", "normalizer", "model" })
        {
            Assert.True(JsonElement.DeepEquals(before.RootElement.GetProperty(part), after.RootElement.GetProperty(part)), part);
        }

        Assert.True(JsonElement.DeepEquals(Split(before), Split(after)));

        static JsonElement Split(JsonDocument document) => document.RootElement.GetProperty("pre_tokenizer").GetProperty("pretokenizers")[0];
    }

    [Fact]
    public void What_cannot_be_converted_is_refused_with_a_reason()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config, 5);
        GgufSamples.Save(model, folder.Path);
        Assert.Contains("f32, f16, bf16, q8_0, q4_0", Assert.Throws<ModelException>(() => GgufFileType.Parse("q5_1")).Message, StringComparison.Ordinal);

        var tokenizer = File.ReadAllText(folder["tokenizer.json"]);
        Refused("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "normalises");
        Refused("{1,3}", "{1,4}", "splitting");
        Refused("\"lstrip\":false", "\"lstrip\":true", "around them");
        Refused("[\"a b\"]", "[null]", "null");
        Refused("\"id\":259", "\"id\":300", "'<tool>' has the id 300");
        Refused("\"id\":259", "\"id\":256", "both have the id 256");
        File.WriteAllText(folder["tokenizer.json"], tokenizer);

        using (no_grad())
        {
            model.Parameters.Parameters[0].Value[3, 4] = 1e6f;
        }

        using var large = new TemporaryFolder();
        GgufSamples.Save(model, large.Path);
        Assert.Contains("token_embd.weight", Assert.Throws<ModelException>(() => GgufExport.Write(large.Path, large["model.gguf"], GgufFileType.Parse("f16"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(large.Path, "*gguf*"));

        using var narrow = new TemporaryFolder();
        using var odd = SampleModels.Random(GgufSamples.Config with { IntermediateSize = 40 }, 6);
        GgufSamples.Save(odd, narrow.Path);
        Assert.Contains("multiple of 32", Assert.Throws<ModelException>(() => GgufExport.Write(narrow.Path, narrow["model.gguf"], GgufFileType.Parse("q8_0"))).Message, StringComparison.Ordinal);

        void Refused(string from, string to, string reason)
        {
            Assert.Contains(from, tokenizer, StringComparison.Ordinal);
            File.WriteAllText(folder["tokenizer.json"], tokenizer.Replace(from, to, StringComparison.Ordinal));
            var message = Assert.Throws<ModelException>(() => GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f32"))).Message;
            Assert.StartsWith(folder["tokenizer.json"], message, StringComparison.Ordinal);
            Assert.Contains(reason, message, StringComparison.Ordinal);
            Assert.False(File.Exists(folder["model.gguf"]));
        }
    }
}
