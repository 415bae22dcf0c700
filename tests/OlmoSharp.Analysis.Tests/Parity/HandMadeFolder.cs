using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace OlmoSharp.Analysis.Tests.Parity;

/// <summary>
/// A model folder written byte by byte from Hugging Face's documented field and tensor names, without any code of the product: what a download looks like.
/// </summary>
internal sealed class HandMadeFolder : IDisposable
{
    private const int Vocabulary = 11;
    private const int Hidden = 8;
    private const int Intermediate = 6;
    private const int Experts = 3;

    private readonly string _family;
    private readonly bool _stacked;
    private string _dtype;

    /// <summary>Writes the folder.</summary>
    /// <param name="family">olmo, olmo2 or olmoe.</param>
    /// <param name="dtype">F32, F16 or BF16.</param>
    /// <param name="shards">How many files the tensors are in.</param>
    /// <param name="newNames">Whether config.json has the spellings of newer transformers.</param>
    /// <param name="stacked">Whether the experts of a layer are two tensors, as newer transformers store them.</param>
    /// <param name="clip">clip_qkv of olmoe.</param>
    /// <param name="rope">rope_scaling, or without its theta rope_parameters; null for none.</param>
    public HandMadeFolder(
        string family, string dtype = "F32", int shards = 1, bool newNames = false, bool stacked = false, double? clip = null, JsonObject? rope = null)
    {
        (_family, _dtype, _stacked) = (family, dtype, stacked);
        var random = new Random(family.Length * 31);
        foreach (var (name, shape) in Shapes(family))
        {
            var values = new double[shape.Aggregate(1, (product, size) => product * size)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = Rounded(name.Contains("norm", StringComparison.Ordinal) ? 0.5 + random.NextDouble() : 2 * (random.NextDouble() - 0.5));
            }

            Weights[name] = values;
        }

        File.WriteAllText(Path.Combine(Folder, "config.json"), Config(family, newNames, clip, rope).ToJsonString());
        WriteWeights(shards);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    /// <summary>The weights by name, as they are in the files after rounding.</summary>
    public Dictionary<string, double[]> Weights { get; } = [];

    /// <summary>Writes one file with the same numbers in another dtype, which must hold them.</summary>
    public void RewriteAs(string dtype)
    {
        _dtype = dtype;
        WriteWeights(shards: 1);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static Models.ModelConfig Expected(string family, double? clip = null, Models.RopeScaling? rope = null) => new()
    {
        VocabularySize = Vocabulary,
        HiddenSize = Hidden,
        IntermediateSize = Intermediate,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = family == "olmo2" ? 1 : 2,
        ContextLength = 32,
        RopeTheta = 1234,
        Norm = family == "olmo" ? Models.NormKind.LayerNorm : Models.NormKind.RmsNorm,
        NormPlacement = family == "olmo2" ? Models.NormPlacement.AfterSublayer : Models.NormPlacement.BeforeSublayer,
        NormEpsilon = family == "olmo" ? 1e-5 : 3e-4,
        QkNorm = family != "olmo",
        ClipQkv = family == "olmo" ? 1.5 : clip,
        RopeScaling = rope,
        TiedEmbeddings = family == "olmo",
        Experts = family == "olmoe" ? Experts : 0,
        ExpertsPerToken = family == "olmoe" ? 2 : 0,
    };

    private static JsonObject Config(string family, bool newNames, double? clip, JsonObject? rope)
    {
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(family switch { "olmo" => "OlmoForCausalLM", "olmo2" => "Olmo2ForCausalLM", _ => "OlmoeForCausalLM" }),
            ["model_type"] = family,
            ["attention_bias"] = false,
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = null,
            ["eos_token_id"] = 0,
            ["pad_token_id"] = 1,
            ["hidden_act"] = "silu",
            ["hidden_size"] = Hidden,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = Intermediate,
            ["max_position_embeddings"] = 32,
            ["num_attention_heads"] = 2,
            ["num_hidden_layers"] = 2,
            ["num_key_value_heads"] = family == "olmo2" ? 1 : 2,
            ["tie_word_embeddings"] = family == "olmo",
            ["use_cache"] = true,
            ["vocab_size"] = Vocabulary,
            [newNames ? "dtype" : "torch_dtype"] = "float32",
            ["transformers_version"] = "4.57.0",
        };
        if (newNames)
        {
            var parameters = rope ?? new JsonObject { ["rope_type"] = "default" };
            parameters["rope_theta"] = 1234.0;
            config["rope_parameters"] = parameters;
        }
        else
        {
            config["rope_theta"] = 1234.0;
            config["rope_scaling"] = rope;
        }

        switch (family)
        {
            case "olmo":
                config["clip_qkv"] = 1.5;
                break;
            case "olmo2":
                config["rms_norm_eps"] = 3e-4;
                break;
            default:
                config["rms_norm_eps"] = 3e-4;
                config["clip_qkv"] = clip;
                config["num_experts"] = Experts;
                config["num_experts_per_tok"] = 2;
                config["norm_topk_prob"] = false;
                config["output_router_logits"] = false;
                config["router_aux_loss_coef"] = 0.01;
                break;
        }

        return config;
    }

    private static IEnumerable<(string Name, int[] Shape)> Shapes(string family)
    {
        var keys = family == "olmo2" ? Hidden / 2 : Hidden;
        yield return ("model.embed_tokens.weight", [Vocabulary, Hidden]);
        for (var layer = 0; layer < 2; layer++)
        {
            var name = $"model.layers.{layer}";
            yield return ($"{name}.self_attn.q_proj.weight", [Hidden, Hidden]);
            yield return ($"{name}.self_attn.k_proj.weight", [keys, Hidden]);
            yield return ($"{name}.self_attn.v_proj.weight", [keys, Hidden]);
            yield return ($"{name}.self_attn.o_proj.weight", [Hidden, Hidden]);
            if (family != "olmo")
            {
                yield return ($"{name}.self_attn.q_norm.weight", [Hidden]);
                yield return ($"{name}.self_attn.k_norm.weight", [keys]);
                yield return ($"{name}.post_attention_layernorm.weight", [Hidden]);
                yield return ($"{name}.{(family == "olmo2" ? "post_feedforward_layernorm" : "input_layernorm")}.weight", [Hidden]);
            }

            if (family == "olmoe")
            {
                yield return ($"{name}.mlp.gate.weight", [Experts, Hidden]);
            }

            for (var expert = 0; expert < (family == "olmoe" ? Experts : 1); expert++)
            {
                var mlp = family == "olmoe" ? $"{name}.mlp.experts.{expert}" : $"{name}.mlp";
                yield return ($"{mlp}.gate_proj.weight", [Intermediate, Hidden]);
                yield return ($"{mlp}.up_proj.weight", [Intermediate, Hidden]);
                yield return ($"{mlp}.down_proj.weight", [Hidden, Intermediate]);
            }
        }

        if (family != "olmo")
        {
            yield return ("model.norm.weight", [Hidden]);
            yield return ("lm_head.weight", [Vocabulary, Hidden]);
        }
    }

    /// <summary>The tensors as they lie in the files: each expert's matrices, or all of a layer in one, gate before up.</summary>
    private List<(string Name, int[] Shape, IEnumerable<double> Values)> Stored()
    {
        List<(string, int[], IEnumerable<double>)> stored = [];
        foreach (var (name, shape) in Shapes(_family))
        {
            var at = name.IndexOf(".experts.", StringComparison.Ordinal);
            if (!_stacked || at < 0)
            {
                stored.Add((name, shape, Weights[name]));
            }
            else if (name[at..] == ".experts.0.gate_proj.weight")
            {
                var experts = name[..at] + ".experts";
                var range = Enumerable.Range(0, Experts);
                stored.Add(($"{experts}.gate_up_proj", [Experts, 2 * Intermediate, Hidden],
                    range.SelectMany(e => Weights[$"{experts}.{e}.gate_proj.weight"].Concat(Weights[$"{experts}.{e}.up_proj.weight"]))));
                stored.Add(($"{experts}.down_proj", [Experts, Hidden, Intermediate], range.SelectMany(e => Weights[$"{experts}.{e}.down_proj.weight"])));
            }
        }

        return stored;
    }

    private void WriteWeights(int shards)
    {
        var tensors = Stored();
        var map = new JsonObject();
        for (var shard = 0; shard < shards; shard++)
        {
            var file = shards == 1 ? "model.safetensors" : $"model-{shard + 1:D5}-of-{shards:D5}.safetensors";
            var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
            var data = new List<byte>();
            foreach (var (name, shape, values) in tensors.Where((_, index) => index % shards == shard))
            {
                var begin = data.Count;
                data.AddRange(values.SelectMany(Bytes));
                header[name] = new JsonObject
                {
                    ["dtype"] = _dtype,
                    ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                    ["data_offsets"] = new JsonArray(begin, data.Count),
                };
                map[name] = file;
            }

            var text = Encoding.UTF8.GetBytes(header.ToJsonString());
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
            File.WriteAllBytes(Path.Combine(Folder, file), [.. length, .. text, .. data]);
        }

        if (shards > 1)
        {
            var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 0 }, ["weight_map"] = map };
            File.WriteAllText(Path.Combine(Folder, "model.safetensors.index.json"), index.ToJsonString());
        }
    }

    private double Rounded(double value) => _dtype switch
    {
        "F16" => (double)(Half)value,
        // Cutting the low half off rounds towards zero; any bfloat16 number will do here.
        "BF16" => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits((float)value) & unchecked((int)0xFFFF0000)),
        _ => (float)value,
    };

    private byte[] Bytes(double value) => _dtype switch
    {
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes((float)value)[2..],
        _ => BitConverter.GetBytes((float)value),
    };
}
