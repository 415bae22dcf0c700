namespace OlmoSharp.Models.Gguf;

/// <summary>A tensor of an architecture under both its names; <c>{0}</c> is the block's number.</summary>
/// <param name="Gguf">Name in GGUF files.</param>
/// <param name="HuggingFace">Name in Hugging Face checkpoints.</param>
/// <param name="Shape">Shape in elements, outermost first.</param>
internal sealed record GgufTensorName(string Gguf, string HuggingFace, Func<ModelConfig, long[]> Shape);

/// <summary>How llama.cpp names an architecture's tensors and settings. Every architecture is a row of <see cref="All"/>.</summary>
internal sealed record GgufArchitecture
{
    /// <summary>The architectures that can be written and read.</summary>
    public static readonly IReadOnlyList<GgufArchitecture> All =
    [
        new()
        {
            Name = "olmo2",
            // llama.cpp rotates OLMo 2's heads as Hugging Face does, first half against second half: no rows change places.
            BlockTensors =
            [
                new("blk.{0}.attn_q.weight", "model.layers.{0}.self_attn.q_proj.weight", config => [config.HiddenSize, config.HiddenSize]),
                new("blk.{0}.attn_k.weight", "model.layers.{0}.self_attn.k_proj.weight", config => [KeyValueWidth(config), config.HiddenSize]),
                new("blk.{0}.attn_v.weight", "model.layers.{0}.self_attn.v_proj.weight", config => [KeyValueWidth(config), config.HiddenSize]),
                new("blk.{0}.attn_q_norm.weight", "model.layers.{0}.self_attn.q_norm.weight", config => [config.HiddenSize]),
                new("blk.{0}.attn_k_norm.weight", "model.layers.{0}.self_attn.k_norm.weight", config => [KeyValueWidth(config)]),
                new("blk.{0}.attn_output.weight", "model.layers.{0}.self_attn.o_proj.weight", config => [config.HiddenSize, config.HiddenSize]),
                new("blk.{0}.post_attention_norm.weight", "model.layers.{0}.post_attention_layernorm.weight", config => [config.HiddenSize]),
                new("blk.{0}.ffn_gate.weight", "model.layers.{0}.mlp.gate_proj.weight", config => [config.IntermediateSize, config.HiddenSize]),
                new("blk.{0}.ffn_up.weight", "model.layers.{0}.mlp.up_proj.weight", config => [config.IntermediateSize, config.HiddenSize]),
                new("blk.{0}.ffn_down.weight", "model.layers.{0}.mlp.down_proj.weight", config => [config.HiddenSize, config.IntermediateSize]),
                new("blk.{0}.post_ffw_norm.weight", "model.layers.{0}.post_feedforward_layernorm.weight", config => [config.HiddenSize]),
            ],
            ModelTensors =
            [
                new("token_embd.weight", "model.embed_tokens.weight", config => [config.VocabularySize, config.HiddenSize]),
                new("output_norm.weight", "model.norm.weight", config => [config.HiddenSize]),
                new(OutputProjection, "lm_head.weight", config => [config.VocabularySize, config.HiddenSize]),
            ],
        },
    ];

    /// <summary>Name of the output projection in GGUF files.</summary>
    public const string OutputProjection = "output.weight";

    /// <summary>Name of the architecture, which is also the prefix of its settings.</summary>
    public required string Name { get; init; }

    /// <summary>Tensors of every block.</summary>
    public required IReadOnlyList<GgufTensorName> BlockTensors { get; init; }

    /// <summary>Tensors outside the blocks.</summary>
    public required IReadOnlyList<GgufTensorName> ModelTensors { get; init; }

    /// <summary>All tensors of a model, in file order.</summary>
    public IEnumerable<(string Gguf, string HuggingFace, long[] Shape)> Tensors(ModelConfig config)
        => ModelTensors.Select(tensor => (tensor.Gguf, tensor.HuggingFace, tensor.Shape(config)))
            .Concat(Enumerable.Range(0, config.Layers).SelectMany(layer => BlockTensors.Select(tensor =>
                (Numbered(tensor.Gguf, layer), Numbered(tensor.HuggingFace, layer), tensor.Shape(config)))));

    /// <summary>The settings of a model.</summary>
    public IEnumerable<(string Key, object Value)> Settings(ModelConfig config) =>
    [
        ($"{Name}.block_count", (uint)config.Layers),
        ($"{Name}.context_length", (uint)config.ContextLength),
        ($"{Name}.embedding_length", (uint)config.HiddenSize),
        ($"{Name}.feed_forward_length", (uint)config.IntermediateSize),
        ($"{Name}.attention.head_count", (uint)config.Heads),
        ($"{Name}.attention.head_count_kv", (uint)config.EffectiveKeyValueHeads),
        ($"{Name}.attention.layer_norm_rms_epsilon", (float)config.NormEpsilon),
        ($"{Name}.rope.freq_base", (float)config.RopeTheta),
        ($"{Name}.rope.dimension_count", (uint)config.HeadSize),
        ($"{Name}.vocab_size", (uint)config.VocabularySize),
    ];

    /// <summary>The model that a file's settings describe.</summary>
    /// <exception cref="ModelException">They describe none, or one with parts that are not supported.</exception>
    public ModelConfig ReadSettings(GgufFile file)
    {
        var metadata = file.Metadata;
        var vocabulary = metadata.List<string>(GgufTokenizer.TokensKey).Length;
        var config = new ModelConfig
        {
            VocabularySize = metadata.Integer($"{Name}.vocab_size", vocabulary),
            HiddenSize = metadata.Integer($"{Name}.embedding_length"),
            IntermediateSize = metadata.Integer($"{Name}.feed_forward_length"),
            Layers = metadata.Integer($"{Name}.block_count"),
            Heads = metadata.Integer($"{Name}.attention.head_count"),
            KeyValueHeads = metadata.Integer($"{Name}.attention.head_count_kv", 0),
            ContextLength = metadata.Integer($"{Name}.context_length"),
            RopeTheta = metadata.Number($"{Name}.rope.freq_base", 10_000),
            NormEpsilon = metadata.Number($"{Name}.attention.layer_norm_rms_epsilon"),
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
        Require(metadata, $"{Name}.rope.scaling.type", metadata.Text($"{Name}.rope.scaling.type", "none") == "none", "'none': other rotary scaling is not supported");
        Require(metadata, $"{Name}.attention.sliding_window",
            metadata.Integer($"{Name}.attention.sliding_window", 0) == 0, "0: sliding-window attention is not supported");
        return config;
    }

    private static void Require(GgufMetadata metadata, string key, bool condition, string expected)
    {
        if (!condition)
        {
            throw metadata.Wrong(key, expected);
        }
    }

    private static long KeyValueWidth(ModelConfig config) => (long)config.EffectiveKeyValueHeads * config.HeadSize;

    private static string Numbered(string name, int layer) => name.Replace("{0}", $"{layer}", StringComparison.Ordinal);
}
