using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>
/// One layer. In OLMo 2's order h = x + norm(attention(x)), then h + norm(feed-forward(h)): normalising a sublayer's output instead of
/// its input keeps the residual stream from growing (OLMo et al. 2025, section 3.2). In OLMo's and OLMoE's order
/// h = x + attention(norm(x)), then h + feed-forward(norm(h)).
/// </summary>
internal sealed class TransformerBlock
{
    private readonly NormPlacement _placement;
    private readonly Attention _attention;
    private readonly IFeedForward _feedForward;
    private readonly Norm _attentionNorm;
    private readonly Norm _feedForwardNorm;

    /// <summary>Describes the parameters of one layer and adds them to the model's.</summary>
    public TransformerBlock(ModelConfig config, int layer, List<Parameter> parameters)
    {
        _placement = config.NormPlacement;
        var name = $"model.layers.{layer}";
        if (_placement == NormPlacement.AfterSublayer)
        {
            _attention = new(config, layer, parameters);
            _attentionNorm = new(config, $"{name}.post_attention_layernorm.weight", parameters);
            _feedForward = NewFeedForward(config, layer, parameters);
            _feedForwardNorm = new(config, $"{name}.post_feedforward_layernorm.weight", parameters);
        }
        else
        {
            _attentionNorm = new(config, $"{name}.input_layernorm.weight", parameters);
            _attention = new(config, layer, parameters);
            // Hugging Face names it after where it stands, not after what it serves.
            _feedForwardNorm = new(config, $"{name}.post_attention_layernorm.weight", parameters);
            _feedForward = NewFeedForward(config, layer, parameters);
        }
    }

    /// <summary>[batch, sequence, hidden] to the same shape, which the caller's scope owns.</summary>
    public Tensor Forward(Tensor x, RotaryEmbedding rotary, IReadOnlyList<CachedPart>? parts, Routing? routing)
    {
        using var scope = NewDisposeScope();
        if (_placement == NormPlacement.AfterSublayer)
        {
            var h = _attentionNorm.Apply(_attention.Forward(x, rotary, parts), residual: x);
            return _feedForwardNorm.Apply(_feedForward.Forward(h, routing), residual: h).MoveToOuterDisposeScope();
        }
        else
        {
            var h = ScalarArithmetic.Sum(x, _attention.Forward(_attentionNorm.Apply(x), rotary, parts));
            return ScalarArithmetic.Sum(h, _feedForward.Forward(_feedForwardNorm.Apply(h), routing)).MoveToOuterDisposeScope();
        }
    }

    private static IFeedForward NewFeedForward(ModelConfig config, int layer, List<Parameter> parameters)
        => config.Experts > 0 ? new MixtureOfExperts(config, layer, parameters) : new FeedForward(config, layer, parameters);
}
