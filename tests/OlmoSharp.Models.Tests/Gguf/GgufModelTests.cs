using System.Text;
using System.Text.Json;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufModelTests
{
    public static TheoryData<ModelFamily, string, double, double> Conversions()
    {
        var data = new TheoryData<ModelFamily, string, double, double>();
        foreach (var family in new[] { ModelFamily.Olmo, ModelFamily.Olmo2, ModelFamily.Olmoe })
        {
            // Of an element against the largest of its tensor; of all logits, whose spread is about 1, root mean square.
            data.AddRange(
                (family, "f32", 0, 0), (family, "f16", 1e-3, 0.01), (family, "bf16", 1e-2, 0.1), (family, "q8_0", 1e-2, 0.1), (family, "q4_0", 0.2, 0.8),
                (family, "q4_k_m", 0.2, 0.8));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Conversions))]
    public void A_converted_model_is_read_back(ModelFamily family, string type, double tolerance, double logitTolerance)
    {
        using var folder = new TemporaryFolder();
        using var saved = SampleModels.Random(GgufSamples.Of(family) with { HiddenSize = type == "q4_k_m" ? 256 : 64 }, 1);
        GgufSamples.Save(saved, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse(type));
        var (loaded, _) = GgufModel.Load(folder["model.gguf"]);
        using var __ = loaded;
        Assert.Equal(saved.Config, loaded.Config);
        var actual = SampleModels.Weights(loaded);
        foreach (var (name, expected) in SampleModels.Weights(saved))
        {
            var isExact = name.Contains("norm", StringComparison.Ordinal) || name.EndsWith("mlp.gate.weight", StringComparison.Ordinal);
            SampleModels.Close(expected, actual[name], isExact ? 0 : tolerance, name);
        }

        var (wanted, got) = (Logits(saved), Logits(loaded));
        Assert.InRange(Math.Sqrt(wanted.Zip(got, (a, b) => (a - b) * (a - b)).Average()), 0, logitTolerance);

        Assert.Equal(["model.gguf"], Directory.GetFiles(folder.Path, "*gguf*").Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("q4_0")]
    [InlineData("q4_k_m")]
    public void The_same_model_gives_the_same_bytes_whatever_files_it_is_in(string type)
    {
        using var folder = new TemporaryFolder();
        using var shards = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config with { HiddenSize = 256 }, 2);
        GgufSamples.Save(model, folder.Path);
        GgufSamples.Save(model, shards.Path, shardBytes: 300_000);
        Assert.InRange(Directory.GetFiles(shards.Path, "*.safetensors").Length, 2, int.MaxValue);
        GgufExport.Write(folder.Path, folder["a.gguf"], GgufFileType.Parse(type));
        GgufExport.Write(shards.Path, shards["a.gguf"], GgufFileType.Parse(type));
        // All but the name, which is the folder's.
        Assert.Equal(Data(folder["a.gguf"]), Data(shards["a.gguf"]));

        static byte[] Data(string path)
        {
            using var file = GgufFile.Open(path);
            return File.ReadAllBytes(path)[(int)file.Tensors.Values.Min(tensor => tensor.Offset)..];
        }
    }

    [Theory]
    [InlineData(ModelFamily.Olmo, true)]
    [InlineData(ModelFamily.Olmo2, false)]
    [InlineData(ModelFamily.Olmoe, false)]
    public void Tied_embeddings_are_one_tensor_where_llama_cpp_takes_that(ModelFamily family, bool isOne)
    {
        using var folder = new TemporaryFolder();
        using var saved = SampleModels.Random(GgufSamples.Of(family) with { TiedEmbeddings = true }, 8);
        GgufSamples.Save(saved, folder.Path);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f32"));
        var (loaded, _) = GgufModel.Load(folder["model.gguf"]);
        using var __ = loaded;
        Assert.Equal(isOne, loaded.Config.TiedEmbeddings);
        Assert.Equal(Logits(saved), Logits(loaded));
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
        Assert.Contains("f32, f16, bf16, q8_0, q4_0, q4_k_m", Assert.Throws<ModelException>(() => GgufFileType.Parse("q5_1")).Message, StringComparison.Ordinal);

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

        foreach (var (config, reason) in new[]
        {
            (GgufSamples.Of(ModelFamily.FlexOlmo), "no architecture for the family FlexOlmo"),
            (GgufSamples.Of(ModelFamily.Olmoe) with { RenormaliseExpertWeights = true }, "takes the experts' probabilities as they are"),
            (GgufSamples.Of(ModelFamily.Olmoe) with { KeyValueHeads = 2 }, "as many key-value heads"),
        })
        {
            using var other = new TemporaryFolder();
            using var sparse = SampleModels.Random(config, 6);
            GgufSamples.Save(sparse, other.Path);
            Assert.Contains(reason, Assert.Throws<ModelException>(() => GgufExport.Write(other.Path, other["model.gguf"], GgufFileType.Parse("f32"))).Message, StringComparison.Ordinal);
        }

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

    private static double[] Logits(Transformer model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = tensor(new Random(9).Tokens(12, model.Config.VocabularySize), [1, 12]);
        return model.Logits(model.Hidden(tokens)).ToDoubles();
    }
}
