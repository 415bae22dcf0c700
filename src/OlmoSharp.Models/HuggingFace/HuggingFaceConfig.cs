using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>The <c>config.json</c> of a Hugging Face model folder, for the families <c>olmo</c>, <c>olmo2</c>, <c>olmoe</c> and <c>flex_olmo</c>.</summary>
public static class HuggingFaceConfig
{
    private const string OlmoType = "olmo";
    private const string Olmo2Type = "olmo2";
    private const string OlmoeType = "olmoe";
    private const string FlexOlmoType = "flex_olmo";

    // Ours: Hugging Face has no field for it and keeps those it does not know.
    private const string RouterZLossField = "router_z_loss_coef";

    // OLMo's config has no field for it; the Hugging Face implementation fixes it.
    private const double OlmoNormEpsilon = 1e-5;

    private static readonly ModelConfig Defaults = new() { VocabularySize = 0, HiddenSize = 0, IntermediateSize = 0, Layers = 0, Heads = 0 };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>A family's name in the field <c>model_type</c>, e.g. <c>olmo2</c>.</summary>
    /// <exception cref="ModelException">No family describes the architecture, or it is not sound.</exception>
    public static string ModelType(ModelConfig config)
    {
        config.Validate();
        return config.Family switch
        {
            ModelFamily.Olmo => OlmoType,
            ModelFamily.Olmoe => OlmoeType,
            ModelFamily.FlexOlmo => FlexOlmoType,
            _ => Olmo2Type,
        };
    }

    /// <summary>The file's text for a model.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="dtype">Element type of the weights beside it: float32, bfloat16 or float16.</param>
    /// <exception cref="ModelException">No family describes the architecture, or it is not sound.</exception>
    public static string Write(ModelConfig config, ScalarType dtype = ScalarType.Float32)
    {
        var type = ModelType(config);
        var isOlmo = type == OlmoType;
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(type switch
            {
                OlmoType => "OlmoForCausalLM",
                OlmoeType => "OlmoeForCausalLM",
                FlexOlmoType => "FlexOlmoForCausalLM",
                _ => "Olmo2ForCausalLM",
            }),
            ["attention_bias"] = false,
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = null,
        };
        if (type is OlmoType or OlmoeType)
        {
            json["clip_qkv"] = config.ClipQkv;
        }

        json["eos_token_id"] = config.EndOfTextId;
        json["hidden_act"] = "silu";
        json["hidden_size"] = config.HiddenSize;
        json["initializer_range"] = config.InitializerRange;
        json["intermediate_size"] = config.IntermediateSize;
        json["max_position_embeddings"] = config.ContextLength;
        json["model_type"] = type;
        if (config.Experts > 0)
        {
            json["norm_topk_prob"] = config.RenormaliseExpertWeights;
            json["num_experts"] = config.Experts;
            json["num_experts_per_tok"] = config.ExpertsPerToken;
            json["output_router_logits"] = false;
            json["router_aux_loss_coef"] = config.LoadBalancingCoefficient;
            json[RouterZLossField] = config.RouterZLossCoefficient;
        }

        json["num_attention_heads"] = config.Heads;
        json["num_hidden_layers"] = config.Layers;
        json["num_key_value_heads"] = config.EffectiveKeyValueHeads;
        json["pad_token_id"] = config.PaddingId;
        if (!isOlmo)
        {
            json["rms_norm_eps"] = config.NormEpsilon;
        }

        json["rope_scaling"] = RopeFields.Write(config.RopeScaling);
        json["rope_theta"] = config.RopeTheta;
        json["tie_word_embeddings"] = config.TiedEmbeddings;
        json["torch_dtype"] = dtype switch
        {
            ScalarType.Float32 => "float32",
            ScalarType.BFloat16 => "bfloat16",
            ScalarType.Float16 => "float16",
            _ => throw new ModelException($"weights of type {dtype} cannot be written; choose float32, bfloat16 or float16"),
        };
        json["use_cache"] = true;
        json["vocab_size"] = config.VocabularySize;
        return json.ToJsonString(Indented) + "\n";
    }

    /// <summary>
    /// Reads a file, with <c>rope_theta</c> and <c>rope_scaling</c> or, as newer versions write it, <c>rope_parameters</c>. <c>torch_dtype</c> or
    /// <c>dtype</c> is not needed: the weights' files say what they hold.
    /// </summary>
    /// <exception cref="ModelException">It is missing, not JSON, or describes a model that is not supported; every problem is named.</exception>
    public static ModelConfig Read(string path)
    {
        var fields = new ConfigFields(JsonFile.ReadObject(path));
        var type = fields.Choice("model_type", OlmoType, Olmo2Type, OlmoeType, FlexOlmoType);
        var (isOlmo, isSparse) = (type == OlmoType, type is OlmoeType or FlexOlmoType);
        fields.RequireAbsentOr("hidden_act", "silu");
        fields.RequireAbsentOr("attention_bias", false);
        var clips = type is OlmoType or OlmoeType;
        if (!clips)
        {
            fields.RequireAbsentOr("clip_qkv", null);
        }

        var (theta, scaling) = RopeFields.Read(fields);
        var config = new ModelConfig
        {
            VocabularySize = fields.Integer("vocab_size"),
            HiddenSize = fields.Integer("hidden_size"),
            IntermediateSize = fields.Integer("intermediate_size"),
            Layers = fields.Integer("num_hidden_layers"),
            Heads = fields.Integer("num_attention_heads"),
            KeyValueHeads = fields.Integer("num_key_value_heads", 0),
            ContextLength = fields.Integer("max_position_embeddings"),
            RopeTheta = theta,
            RopeScaling = scaling,
            Norm = isOlmo ? NormKind.LayerNorm : NormKind.RmsNorm,
            NormPlacement = type is OlmoType or OlmoeType ? NormPlacement.BeforeSublayer : NormPlacement.AfterSublayer,
            NormEpsilon = isOlmo ? OlmoNormEpsilon : fields.Number("rms_norm_eps"),
            QkNorm = !isOlmo,
            ClipQkv = clips ? fields.OptionalNumber("clip_qkv") : null,
            Experts = isSparse ? fields.Integer("num_experts") : 0,
            ExpertsPerToken = isSparse ? fields.Integer("num_experts_per_tok") : 0,
            RenormaliseExpertWeights = isSparse && fields.Flag("norm_topk_prob", otherwise: false),
            LoadBalancingCoefficient = isSparse ? fields.Number("router_aux_loss_coef", Defaults.LoadBalancingCoefficient) : Defaults.LoadBalancingCoefficient,
            RouterZLossCoefficient = isSparse ? fields.Number(RouterZLossField, Defaults.RouterZLossCoefficient) : Defaults.RouterZLossCoefficient,
            TiedEmbeddings = fields.Flag("tie_word_embeddings", otherwise: false),
            InitializerRange = fields.Number("initializer_range", 0.02),
            EndOfTextId = fields.Integer("eos_token_id"),
            PaddingId = fields.Integer("pad_token_id"),
        };
        foreach (var (name, id) in new[] { ("eos_token_id", config.EndOfTextId), ("pad_token_id", config.PaddingId) })
        {
            if (config.VocabularySize > 0 && (id < 0 || id >= config.VocabularySize))
            {
                fields.Add($"'{name}' is {id}, but the vocabulary has the ids 0 to {config.VocabularySize - 1}");
            }
        }

        if (fields.Problems.Count > 0)
        {
            throw new ModelException($"{path}: {string.Join("; ", fields.Problems)}");
        }

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
}
