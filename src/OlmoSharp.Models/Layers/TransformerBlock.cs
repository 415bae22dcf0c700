using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>
/// One layer in OLMo 2's order: x + norm(attention(x)), then h + norm(feed-forward(h)). Normalising a sublayer's output instead of its
/// input keeps the residual stream from growing (OLMo et al. 2025, section 3.2).
/// </summary>
internal sealed class TransformerBlock
{
    private readonly Attention _attention;
    private readonly FeedForward _feedForward;
    private readonly Parameter _attentionNorm;
    private readonly Parameter _feedForwardNorm;
    private readonly double _epsilon;

    /// <summary>Describes the parameters of one layer and adds them to the model's.</summary>
    public TransformerBlock(ModelConfig config, int layer, List<Parameter> parameters)
    {
        _epsilon = config.NormEpsilon;
        _attention = new(config, layer, parameters);
        _attentionNorm = new(
            $"model.layers.{layer}.post_attention_layernorm.weight", [config.HiddenSize], decays: true, initialisedToOne: true);
        parameters.Add(_attentionNorm);
        _feedForward = new(config, layer, parameters);
        _feedForwardNorm = new(
            $"model.layers.{layer}.post_feedforward_layernorm.weight", [config.HiddenSize], decays: true, initialisedToOne: true);
        parameters.Add(_feedForwardNorm);
    }

    /// <summary>[batch, sequence, hidden] to the same shape, which the caller's scope owns.</summary>
    public Tensor Forward(Tensor x, RotaryEmbedding rotary, KeyValueCache? cache)
    {
        using var scope = NewDisposeScope();
        var h = FusedRmsNorm.Apply(_attention.Forward(x, rotary, cache), _attentionNorm.Value, _epsilon, residual: x);
        return FusedRmsNorm.Apply(_feedForward.Forward(h), _feedForwardNorm.Value, _epsilon, residual: h).MoveToOuterDisposeScope();
    }
}
