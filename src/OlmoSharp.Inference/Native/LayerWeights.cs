using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Native;

/// <summary>The weights of one transformer block. Norms that the model lacks are null, and so are the parts of feed-forward layers of the other kind.</summary>
internal sealed unsafe class LayerWeights
{
    /// <summary>Finds the weights of a block.</summary>
    public LayerWeights(ModelWeights weights, int layer)
    {
        var config = weights.Config;
        var name = $"model.layers.{layer}";
        Query = weights.Matrix($"{name}.self_attn.q_proj.weight");
        Key = weights.Matrix($"{name}.self_attn.k_proj.weight");
        Value = weights.Matrix($"{name}.self_attn.v_proj.weight");
        Output = weights.Matrix($"{name}.self_attn.o_proj.weight");
        if (config.QkNorm)
        {
            QueryNorm = weights.Vector($"{name}.self_attn.q_norm.weight");
            KeyNorm = weights.Vector($"{name}.self_attn.k_norm.weight");
        }

        if (config.Norm == NormKind.RmsNorm)
        {
            var isAfter = config.NormPlacement == NormPlacement.AfterSublayer;
            AttentionNorm = weights.Vector($"{name}.{(isAfter ? "post_attention_layernorm" : "input_layernorm")}.weight");
            FeedForwardNorm = weights.Vector($"{name}.{(isAfter ? "post_feedforward_layernorm" : "post_attention_layernorm")}.weight");
        }

        if (config.Experts == 0)
        {
            (Gate, Up, Down) = FeedForward($"{name}.mlp");
        }
        else
        {
            Router = weights.Matrix($"{name}.mlp.gate.weight");
            var experts = Enumerable.Range(0, config.Experts).Select(expert => FeedForward($"{name}.mlp.experts.{expert}")).ToList();
            ExpertGates = [.. experts.Select(expert => expert.Gate)];
            ExpertUps = [.. experts.Select(expert => expert.Up)];
            ExpertDowns = [.. experts.Select(expert => expert.Down)];
        }

        (WeightMatrix Gate, WeightMatrix Up, WeightMatrix Down) FeedForward(string name)
            => (weights.Matrix($"{name}.gate_proj.weight"), weights.Matrix($"{name}.up_proj.weight"), weights.Matrix($"{name}.down_proj.weight"));
    }

    public WeightMatrix Query { get; }

    public WeightMatrix Key { get; }

    public WeightMatrix Value { get; }

    public WeightMatrix Output { get; }

    public float* QueryNorm { get; }

    public float* KeyNorm { get; }

    public float* AttentionNorm { get; }

    public float* FeedForwardNorm { get; }

    public WeightMatrix Gate { get; }

    public WeightMatrix Up { get; }

    public WeightMatrix Down { get; }

    public WeightMatrix Router { get; }

    public WeightMatrix[] ExpertGates { get; } = [];

    public WeightMatrix[] ExpertUps { get; } = [];

    public WeightMatrix[] ExpertDowns { get; } = [];
}
