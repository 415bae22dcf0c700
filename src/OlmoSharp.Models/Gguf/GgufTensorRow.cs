namespace OlmoSharp.Models.Gguf;

/// <summary>A tensor of an architecture under both its names; <c>{0}</c> stands for the block's number, <c>{1}</c> for the expert's.</summary>
/// <param name="Gguf">Name in GGUF files.</param>
/// <param name="HuggingFace">Name in Hugging Face checkpoints; with <c>{1}</c>, each expert is a tensor there and a part of one here.</param>
/// <param name="Role">What it does.</param>
/// <param name="Shape">Shape in elements, outermost first.</param>
internal sealed record GgufTensorRow(string Gguf, string HuggingFace, GgufTensorRole Role, Func<ModelConfig, long[]> Shape)
{
    public static readonly GgufTensorRow Embedding = new(
        "token_embd.weight", "model.embed_tokens.weight", GgufTensorRole.Embedding, config => [config.VocabularySize, config.HiddenSize]);

    public static readonly GgufTensorRow OutputNorm = Norm("output_norm.weight", "model.norm.weight");

    public static readonly GgufTensorRow Output = new(
        "output.weight", "lm_head.weight", GgufTensorRole.Output, config => [config.VocabularySize, config.HiddenSize]);

    public static readonly GgufTensorRow Query = new(
        "blk.{0}.attn_q.weight", "model.layers.{0}.self_attn.q_proj.weight", GgufTensorRole.Matrix, config => [config.HiddenSize, config.HiddenSize]);

    public static readonly GgufTensorRow Key = new(
        "blk.{0}.attn_k.weight", "model.layers.{0}.self_attn.k_proj.weight", GgufTensorRole.Matrix, config => [KeyValueWidth(config), config.HiddenSize]);

    public static readonly GgufTensorRow Value = new(
        "blk.{0}.attn_v.weight", "model.layers.{0}.self_attn.v_proj.weight", GgufTensorRole.Sensitive, config => [KeyValueWidth(config), config.HiddenSize]);

    public static readonly GgufTensorRow QueryNorm = Norm("blk.{0}.attn_q_norm.weight", "model.layers.{0}.self_attn.q_norm.weight");

    public static readonly GgufTensorRow KeyNorm = Norm("blk.{0}.attn_k_norm.weight", "model.layers.{0}.self_attn.k_norm.weight") with
    {
        Shape = config => [KeyValueWidth(config)],
    };

    public static readonly GgufTensorRow AttentionOutput = new(
        "blk.{0}.attn_output.weight", "model.layers.{0}.self_attn.o_proj.weight", GgufTensorRole.Matrix, config => [config.HiddenSize, config.HiddenSize]);

    public static readonly IReadOnlyList<GgufTensorRow> FeedForward =
    [
        new("blk.{0}.ffn_gate.weight", "model.layers.{0}.mlp.gate_proj.weight", GgufTensorRole.Matrix, config => [config.IntermediateSize, config.HiddenSize]),
        new("blk.{0}.ffn_up.weight", "model.layers.{0}.mlp.up_proj.weight", GgufTensorRole.Matrix, config => [config.IntermediateSize, config.HiddenSize]),
        new("blk.{0}.ffn_down.weight", "model.layers.{0}.mlp.down_proj.weight", GgufTensorRole.Sensitive, config => [config.HiddenSize, config.IntermediateSize]),
    ];

    public static readonly IReadOnlyList<GgufTensorRow> Experts =
    [
        new("blk.{0}.ffn_gate_inp.weight", "model.layers.{0}.mlp.gate.weight", GgufTensorRole.Exact, config => [config.Experts, config.HiddenSize]),
        new("blk.{0}.ffn_gate_exps.weight", "model.layers.{0}.mlp.experts.{1}.gate_proj.weight", GgufTensorRole.Matrix,
            config => [config.Experts, config.IntermediateSize, config.HiddenSize]),
        new("blk.{0}.ffn_up_exps.weight", "model.layers.{0}.mlp.experts.{1}.up_proj.weight", GgufTensorRole.Matrix,
            config => [config.Experts, config.IntermediateSize, config.HiddenSize]),
        new("blk.{0}.ffn_down_exps.weight", "model.layers.{0}.mlp.experts.{1}.down_proj.weight", GgufTensorRole.Sensitive,
            config => [config.Experts, config.HiddenSize, config.IntermediateSize]),
    ];

    /// <summary>Heads whose rows change places, see <see cref="GgufTensorLayout"/>; null: none do.</summary>
    public Func<ModelConfig, int>? InterleavedHeads { get; init; }

    /// <summary>The weight of a norm over the hidden width.</summary>
    public static GgufTensorRow Norm(string gguf, string huggingFace) => new(gguf, huggingFace, GgufTensorRole.Exact, config => [config.HiddenSize]);

    /// <summary>The tensor of a model, in a block or outside of all.</summary>
    public GgufTensorLayout Of(ModelConfig config, int layer = 0)
        => new(
            Numbered(Gguf, "{0}", layer), Shape(config), Role, layer,
            part => Numbered(Numbered(HuggingFace, "{0}", layer), "{1}", part), InterleavedHeads?.Invoke(config) ?? 0);

    private static long KeyValueWidth(ModelConfig config) => (long)config.EffectiveKeyValueHeads * config.HeadSize;

    private static string Numbered(string name, string place, int number) => name.Replace(place, $"{number}", StringComparison.Ordinal);
}
