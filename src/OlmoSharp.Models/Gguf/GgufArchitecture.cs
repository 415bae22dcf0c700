using static OlmoSharp.Models.Gguf.GgufTensorRow;

namespace OlmoSharp.Models.Gguf;

/// <summary>How llama.cpp names an architecture's tensors and settings. Every architecture is a row of <see cref="All"/>.</summary>
internal sealed record GgufArchitecture
{
    /// <summary>The architectures that can be written and read.</summary>
    public static readonly IReadOnlyList<GgufArchitecture> All =
    [
        new()
        {
            Name = "olmo",
            Family = ModelFamily.Olmo,
            EpsilonKey = "attention.layer_norm_epsilon",
            BlockTensors =
            [
                Query with { InterleavedHeads = config => config.Heads },
                Key with { InterleavedHeads = config => config.EffectiveKeyValueHeads },
                Value, AttentionOutput, .. FeedForward,
            ],
            ModelTensors = [Embedding],
            TakesTiedEmbeddings = true,
        },
        new()
        {
            Name = "olmo2",
            Family = ModelFamily.Olmo2,
            BlockTensors =
            [
                Query, Key, Value, QueryNorm, KeyNorm, AttentionOutput,
                Norm("blk.{0}.post_attention_norm.weight", "model.layers.{0}.post_attention_layernorm.weight"),
                .. FeedForward,
                Norm("blk.{0}.post_ffw_norm.weight", "model.layers.{0}.post_feedforward_layernorm.weight"),
            ],
            ModelTensors = [Embedding, OutputNorm],
        },
        new()
        {
            Name = "olmoe",
            Family = ModelFamily.Olmoe,
            BlockTensors =
            [
                Norm("blk.{0}.attn_norm.weight", "model.layers.{0}.input_layernorm.weight"),
                Query, Key, Value, QueryNorm, KeyNorm, AttentionOutput,
                Norm("blk.{0}.ffn_norm.weight", "model.layers.{0}.post_attention_layernorm.weight"),
                .. Experts,
            ],
            ModelTensors = [Embedding, OutputNorm],
        },
    ];

    /// <summary>Name of the architecture, which is also the prefix of its settings.</summary>
    public required string Name { get; init; }

    /// <summary>The family that it stands for.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Tensors of every block.</summary>
    public required IReadOnlyList<GgufTensorRow> BlockTensors { get; init; }

    /// <summary>Tensors outside the blocks, but the output projection.</summary>
    public required IReadOnlyList<GgufTensorRow> ModelTensors { get; init; }

    /// <summary>The setting of the norms' epsilon, without the prefix.</summary>
    public string EpsilonKey { get; init; } = "attention.layer_norm_rms_epsilon";

    /// <summary>Whether llama.cpp takes the embedding for a missing output projection; elsewhere it insists on one.</summary>
    public bool TakesTiedEmbeddings { get; init; }

    /// <summary>The architecture of a model.</summary>
    /// <param name="config">The model.</param>
    /// <param name="folder">Where it comes from; for messages.</param>
    /// <exception cref="ModelException">llama.cpp has none that computes what the model does.</exception>
    public static GgufArchitecture Of(ModelConfig config, string folder)
    {
        var reason = config switch
        {
            _ when All.All(row => row.Family != config.Family) => $"llama.cpp has no architecture for the family {config.Family}",
            { Family: ModelFamily.Olmoe, RenormaliseExpertWeights: true } => "llama.cpp's olmoe takes the experts' probabilities as they are, but this model scales them to a sum of one",
            { Family: ModelFamily.Olmoe } when config.EffectiveKeyValueHeads != config.Heads => "llama.cpp's olmoe has as many key-value heads as heads, but this model has fewer",
            { ClipQkv: not null } when config.Family != ModelFamily.Olmo => "llama.cpp clips queries, keys and values of olmo only",
            _ => null,
        };
        return reason is null ? All.Single(row => row.Family == config.Family) : throw new ModelException($"{folder}: cannot be converted to GGUF: {reason}");
    }

    /// <summary>All tensors of a model, in file order.</summary>
    public IEnumerable<GgufTensorLayout> Tensors(ModelConfig config)
    {
        IEnumerable<GgufTensorRow> output = config switch
        {
            { TiedEmbeddings: false } => [Output],
            _ when TakesTiedEmbeddings => [],
            _ => [Output with { HuggingFace = Embedding.HuggingFace }],
        };
        return ModelTensors.Concat(output).Select(row => row.Of(config))
            .Concat(Enumerable.Range(0, config.Layers).SelectMany(layer => BlockTensors.Select(row => row.Of(config, layer))));
    }

    /// <summary>The settings of a model.</summary>
    public IEnumerable<(string Key, object Value)> Settings(ModelConfig config)
    {
        List<(string Key, object Value)> settings =
        [
            ("block_count", (uint)config.Layers),
            ("context_length", (uint)config.ContextLength),
            ("embedding_length", (uint)config.HiddenSize),
            ("feed_forward_length", (uint)config.IntermediateSize),
            ("attention.head_count", (uint)config.Heads),
            ("attention.head_count_kv", (uint)config.EffectiveKeyValueHeads),
            (EpsilonKey, (float)config.NormEpsilon),
            ("rope.freq_base", (float)config.RopeTheta),
            ("rope.dimension_count", (uint)config.HeadSize),
            ("vocab_size", (uint)config.VocabularySize),
        ];
        if (config.ClipQkv is { } clip)
        {
            settings.Add(("attention.clamp_kqv", (float)clip));
        }

        if (config.Experts > 0)
        {
            settings.Add(("expert_count", (uint)config.Experts));
            settings.Add(("expert_used_count", (uint)config.ExpertsPerToken));
            settings.Add(("expert_weights_norm", config.RenormaliseExpertWeights));
        }

        return [.. settings.Select(setting => ($"{Name}.{setting.Key}", setting.Value)), .. GgufRopeScaling.Write(Name, config)];
    }

    /// <summary>The model that a file's settings describe.</summary>
    /// <exception cref="ModelException">They describe none, or one with parts that are not supported.</exception>
    public ModelConfig ReadSettings(GgufFile file)
    {
        var metadata = file.Metadata;
        var vocabulary = metadata.List<string>(GgufTokenizer.TokensKey).Length;
        var isSparse = Family == ModelFamily.Olmoe;
        // Files say 0 where nothing is cut off, as llama.cpp does.
        var clip = Family == ModelFamily.Olmo ? metadata.Number($"{Name}.attention.clamp_kqv", 0) : 0;
        var config = new ModelConfig
        {
            VocabularySize = metadata.Integer($"{Name}.vocab_size", vocabulary),
            HiddenSize = metadata.Integer($"{Name}.embedding_length"),
            IntermediateSize = metadata.Integer($"{Name}.feed_forward_length"),
            Layers = metadata.Integer($"{Name}.block_count"),
            Heads = metadata.Integer($"{Name}.attention.head_count"),
            KeyValueHeads = metadata.Integer($"{Name}.attention.head_count_kv", 0),
            Experts = isSparse ? metadata.Integer($"{Name}.expert_count") : 0,
            ExpertsPerToken = isSparse ? metadata.Integer($"{Name}.expert_used_count") : 0,
            ContextLength = metadata.Integer($"{Name}.context_length"),
            RopeTheta = metadata.Number($"{Name}.rope.freq_base", 10_000),
            RopeScaling = GgufRopeScaling.Read(Name, metadata),
            Norm = Family == ModelFamily.Olmo ? NormKind.LayerNorm : NormKind.RmsNorm,
            NormPlacement = Family == ModelFamily.Olmo2 ? NormPlacement.AfterSublayer : NormPlacement.BeforeSublayer,
            NormEpsilon = metadata.Number($"{Name}.{EpsilonKey}"),
            QkNorm = Family != ModelFamily.Olmo,
            ClipQkv = clip == 0 ? null : clip,
            TiedEmbeddings = !file.Tensors.ContainsKey(Output.Gguf),
            EndOfTextId = metadata.Integer(GgufTokenizer.EndOfTextKey),
            PaddingId = metadata.Integer(GgufTokenizer.PaddingKey, metadata.Integer(GgufTokenizer.EndOfTextKey)),
        };
        try
        {
            config.Validate();
        }
        catch (ModelException e)
        {
            throw new ModelException($"{file.Path}: {e.Message}", e);
        }

        Require(metadata, GgufTokenizer.TokensKey, vocabulary == config.VocabularySize, $"a list of {config.VocabularySize} tokens, one a row of the embedding");
        Require(metadata, $"{Name}.rope.dimension_count",
            metadata.Integer($"{Name}.rope.dimension_count", config.HeadSize) == config.HeadSize, $"{config.HeadSize}, the width of a head");
        Require(metadata, $"{Name}.attention.sliding_window",
            metadata.Integer($"{Name}.attention.sliding_window", 0) == 0, "0: sliding-window attention is not supported");
        Require(metadata, $"{Name}.expert_weights_norm",
            !metadata.Flag($"{Name}.expert_weights_norm", false), "false: llama.cpp never scales the probabilities of an olmoe model's experts to a sum of one");
        Require(metadata, $"{Name}.expert_weights_scale",
            metadata.Number($"{Name}.expert_weights_scale", 1) is 0 or 1, "0 or 1: scaled outputs of experts are not supported");
        return config;
    }

    private static void Require(GgufMetadata metadata, string key, bool condition, string expected)
    {
        if (!condition)
        {
            throw metadata.Wrong(key, expected);
        }
    }
}
