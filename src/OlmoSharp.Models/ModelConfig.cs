namespace OlmoSharp.Models;

/// <summary>
/// The architecture of a decoder-only transformer. Defaults are OLMo 2's (OLMo et al. 2025, section 2): RMSNorm on each sublayer's
/// output, QK-norm over the whole projection, rotary embedding with θ = 500,000, SwiGLU, no biases, untied embeddings.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Rows of the embedding and of the output projection; at least the tokenizer's vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward layer between its matrices.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; fewer than <see cref="Heads"/> for grouped-query attention. 0: as many as query heads.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Longest sequence the model is made for, in tokens.</summary>
    public int ContextLength { get; init; } = 4096;

    /// <summary>Base θ of the rotary frequencies θ^(−2i/head size).</summary>
    public double RopeTheta { get; init; } = 500_000;

    /// <summary>Added to the mean square in every RMSNorm.</summary>
    public double NormEpsilon { get; init; } = 1e-6;

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

    /// <summary>Weights of one transformer block.</summary>
    public long BlockParameters
    {
        get
        {
            long keyValueWidth = (long)EffectiveKeyValueHeads * HeadSize;
            var attention = 2L * HiddenSize * HiddenSize + 2 * HiddenSize * keyValueWidth + HiddenSize + keyValueWidth;
            return attention + 3L * HiddenSize * IntermediateSize + 2L * HiddenSize;
        }
    }

    /// <summary>All weights.</summary>
    public long Parameters => 2L * VocabularySize * HiddenSize + Layers * BlockParameters + HiddenSize;

    /// <summary>All weights but the input embedding, which is looked up and not multiplied: N in the 6·N rule.</summary>
    public long NonEmbeddingParameters => Parameters - (long)VocabularySize * HiddenSize;

    /// <summary>
    /// Floating-point operations of training on one token of a sequence: 6·N for the matrix products forward and back, and
    /// 12·layers·hidden·sequence for attention scores and their use (PaLM, appendix B; the causal half is not subtracted).
    /// </summary>
    /// <param name="sequenceLength">Tokens a sequence.</param>
    public long TrainingFlopsPerToken(int sequenceLength) => 6 * NonEmbeddingParameters + 12L * Layers * HiddenSize * sequenceLength;

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

        if (Heads > 0 && (HiddenSize % Heads != 0 || HiddenSize / Heads % 2 != 0))
        {
            yield return $"hidden_size {HiddenSize} does not divide into {Heads} heads of an even width";
        }

        if (KeyValueHeads < 0 || (KeyValueHeads > 0 && Heads % KeyValueHeads != 0))
        {
            yield return $"heads {Heads} is not a multiple of key_value_heads {KeyValueHeads}";
        }

        if (!(RopeTheta > 0) || double.IsInfinity(RopeTheta))
        {
            yield return $"rope_theta is {RopeTheta}, but must be a positive number";
        }

        if (!(NormEpsilon > 0) || double.IsInfinity(NormEpsilon))
        {
            yield return $"norm_epsilon is {NormEpsilon}, but must be a positive number";
        }

        if (!(InitializerRange > 0) || double.IsInfinity(InitializerRange))
        {
            yield return $"initializer_range is {InitializerRange}, but must be a positive number";
        }
    }
}
