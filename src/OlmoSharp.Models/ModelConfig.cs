namespace OlmoSharp.Models;

/// <summary>
/// The architecture of a decoder-only transformer. Defaults are OLMo 2's (OLMo et al. 2025, section 2): RMSNorm on each sublayer's
/// output, QK-norm over the whole projection, rotary embedding with θ = 500,000, SwiGLU, no biases, untied embeddings.
/// </summary>
public sealed record ModelConfig
{
    // Beyond all published models; a damaged config could otherwise ask for more parts than can be listed.
    private const long MostExperts = 1 << 17;

    /// <summary>Rows of the embedding and of the output projection; at least the tokenizer's vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer, or of each expert, between its matrices.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; fewer than <see cref="Heads"/> for grouped-query attention. 0: as many as query heads.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Experts of each feed-forward layer; 0: the layer is dense.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that each token reaches: those with the largest router probabilities.</summary>
    public int ExpertsPerToken { get; init; }

    /// <summary>Whether the probabilities of the chosen experts are scaled to a sum of one; OLMoE takes them as they are.</summary>
    public bool RenormaliseExpertWeights { get; init; }

    /// <summary>Weight of <see cref="Routing.LoadBalancingLoss"/> in training.</summary>
    public double LoadBalancingCoefficient { get; init; } = 0.01;

    /// <summary>Weight of <see cref="Routing.RouterZLoss"/> in training.</summary>
    public double RouterZLossCoefficient { get; init; } = 0.001;

    /// <summary>Longest sequence the model is made for, in tokens.</summary>
    public int ContextLength { get; init; } = 4096;

    /// <summary>Base θ of the rotary frequencies θ^(−2i/head size).</summary>
    public double RopeTheta { get; init; } = 500_000;

    /// <summary>How the frequencies are stretched to a longer context; null: not at all.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Rms norm or layer norm, everywhere but in QK-norm, which is always an RMSNorm.</summary>
    public NormKind Norm { get; init; } = NormKind.RmsNorm;

    /// <summary>Where blocks normalise.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.AfterSublayer;

    /// <summary>Added to the mean square or the variance in every norm.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Whether queries and keys are normalised, each over its whole projection, before the rotary embedding.</summary>
    public bool QkNorm { get; init; } = true;

    /// <summary>Bound on the magnitude of every element of queries and keys, after QK-norm, and of values (OLMo 7B of April 2024: 8); null for none.</summary>
    public double? ClipQkv { get; init; }

    /// <summary>Whether the output projection is the embedding itself.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Standard deviation of the initial weights, N(0, σ²) cut at 3σ.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Id that ends a document.</summary>
    public int EndOfTextId { get; init; }

    /// <summary>Id that fills up a batch.</summary>
    public int PaddingId { get; init; } = 1;

    /// <summary>Width of an attention head.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Key and value heads in effect.</summary>
    public int EffectiveKeyValueHeads => KeyValueHeads == 0 ? Heads : KeyValueHeads;

    /// <summary>The published architecture that the options describe; null if no family combines them so.</summary>
    public ModelFamily? Family => (Norm, NormPlacement, QkNorm, ClipQkv, Experts) switch
    {
        (NormKind.LayerNorm, NormPlacement.BeforeSublayer, false, _, 0) => ModelFamily.Olmo,
        (NormKind.RmsNorm, NormPlacement.AfterSublayer, true, null, 0) => ModelFamily.Olmo2,
        (NormKind.RmsNorm, NormPlacement.BeforeSublayer, true, _, > 0) => ModelFamily.Olmoe,
        (NormKind.RmsNorm, NormPlacement.AfterSublayer, true, null, > 0) => ModelFamily.FlexOlmo,
        _ => null,
    };

    /// <summary>Weights of one transformer block.</summary>
    public long BlockParameters
    {
        get
        {
            long keyValueWidth = (long)EffectiveKeyValueHeads * HeadSize;
            var attention = 2L * HiddenSize * HiddenSize + 2 * HiddenSize * keyValueWidth + (QkNorm ? HiddenSize + keyValueWidth : 0);
            return attention + Math.Max(1, Experts) * ExpertParameters + (long)Experts * HiddenSize + 2 * NormWeights;
        }
    }

    /// <summary>All weights; a matrix that serves as embedding and output projection counts once.</summary>
    public long Parameters => (TiedEmbeddings ? 1 : 2) * EmbeddingParameters + Layers * BlockParameters + NormWeights;

    /// <summary>The weights that one token meets: all but those of the experts it does not reach.</summary>
    public long ActiveParameters => Parameters - (long)Layers * (Experts - (Experts > 0 ? ExpertsPerToken : 0)) * ExpertParameters;

    /// <summary>All weights but the input embedding.</summary>
    public long NonEmbeddingParameters => Parameters - EmbeddingParameters;

    private long EmbeddingParameters => (long)VocabularySize * HiddenSize;

    private long ExpertParameters => 3L * HiddenSize * IntermediateSize;

    private long NormWeights => Norm == NormKind.RmsNorm ? HiddenSize : 0;

    /// <summary>
    /// Floating-point operations of training on one token of a sequence: 6·N for the matrix products forward and back, with N the
    /// active weights but an embedding that is only looked up, and
    /// 12·layers·hidden·sequence for attention scores and their use (PaLM, appendix B; the causal half is not subtracted).
    /// </summary>
    /// <param name="sequenceLength">Tokens a sequence.</param>
    public long TrainingFlopsPerToken(int sequenceLength)
        => 6 * (ActiveParameters - (TiedEmbeddings ? 0 : EmbeddingParameters)) + 12L * Layers * HiddenSize * sequenceLength;

    /// <summary>Checks that the numbers describe a model.</summary>
    /// <exception cref="ModelException">They do not; every problem is named.</exception>
    public void Validate()
    {
        var problems = Problems().ToList();
        if (problems.Count > 0)
        {
            throw new ModelException("model config: " + string.Join("; ", problems));
        }
    }

    private IEnumerable<string> Problems()
    {
        foreach (var (name, value) in new[]
        {
            ("vocabulary_size", VocabularySize), ("hidden_size", HiddenSize), ("intermediate_size", IntermediateSize), ("layers", Layers),
            ("heads", Heads), ("context_length", ContextLength),
        })
        {
            if (value < 1)
            {
                yield return $"{name} is {value}, but must be at least 1";
            }
        }

        if ((long)Layers * Math.Max(1, Experts) > MostExperts)
        {
            yield return $"layers is {Layers} and experts {Experts}, more than any model has";
        }

        if (Heads > 0 && (HiddenSize % Heads != 0 || HiddenSize / Heads % 2 != 0))
        {
            yield return $"hidden_size {HiddenSize} does not divide into {Heads} heads of an even width";
        }

        if (KeyValueHeads < 0 || (KeyValueHeads > 0 && Heads % KeyValueHeads != 0))
        {
            yield return $"heads {Heads} is not a multiple of key_value_heads {KeyValueHeads}";
        }

        if (!IsPositive(RopeTheta))
        {
            yield return $"rope_theta is {RopeTheta}, but must be a positive number that float32 can hold";
        }

        foreach (var problem in RopeScaling?.Problems(RopeTheta) ?? [])
        {
            yield return problem;
        }

        if (!IsPositive(NormEpsilon))
        {
            yield return $"norm_epsilon is {NormEpsilon}, but must be a positive number that float32 can hold";
        }

        if (ClipQkv is { } clip && !IsPositive(clip))
        {
            yield return $"clip_qkv is {clip}, but must be a positive number that float32 can hold, or null";
        }

        if (Experts < 0)
        {
            yield return $"experts is {Experts}, but must be 0 (dense) or more";
        }

        if (Experts > 0 ? ExpertsPerToken < 1 || ExpertsPerToken > Experts : ExpertsPerToken != 0)
        {
            yield return $"experts_per_token is {ExpertsPerToken}, but must be 1 to {Experts} with {Experts} experts, or 0 in a dense model";
        }

        foreach (var (name, value) in new[] { ("load_balancing_coefficient", LoadBalancingCoefficient), ("router_z_loss_coefficient", RouterZLossCoefficient) })
        {
            if (!(value >= 0) || !float.IsFinite((float)value))
            {
                yield return $"{name} is {value}, but must be a number of at least 0 that float32 can hold";
            }
        }

        if (Family is null)
        {
            yield return $"norm {Norm}, norm_placement {NormPlacement}, qk_norm {QkNorm}, clip_qkv {ClipQkv?.ToString() ?? "null"} and experts {Experts} together are no "
                + "published family, so no other program could open the model; OLMo has LayerNorm before sublayers, no QK-norm and any clip_qkv; "
                + "OLMo 2 has RMSNorm after sublayers, QK-norm and no clip_qkv; OLMoE has RMSNorm before sublayers, QK-norm, any clip_qkv and experts; "
                + "FlexOlmo is OLMo 2 with experts";
        }

        if (Family == ModelFamily.Olmo && NormEpsilon != 1e-5)
        {
            yield return $"norm_epsilon is {NormEpsilon}, but OLMo's LayerNorm has 1e-5 and its config.json no place for another";
        }

        if (!IsPositive(InitializerRange))
        {
            yield return $"initializer_range is {InitializerRange}, but must be a positive number that float32 can hold";
        }
    }

    // Arithmetic is in float32.
    internal static bool IsPositive(double value) => (float)value > 0 && float.IsFinite((float)value);
}
