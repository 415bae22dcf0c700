using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>
/// Sparse feed-forward layer (OLMoE: Muennighoff et al. 2025, section 2): Σ p_e · expert_e(x) over the experts with the k largest router
/// probabilities p. Dropless: every token reaches all of its experts. Tokens are sorted by expert, so each expert is one matrix product.
/// </summary>
internal sealed class MixtureOfExperts : IFeedForward
{
    private readonly int _layer;
    private readonly int _experts;
    private readonly int _choices;
    private readonly bool _renormalise;
    private readonly Parameter _router;
    private readonly Parameter _input;
    private readonly Parameter _output;

    /// <summary>Describes the parameters of one layer and adds them to the model's.</summary>
    public MixtureOfExperts(ModelConfig config, int layer, List<Parameter> parameters)
    {
        _layer = layer;
        _experts = config.Experts;
        _choices = config.ExpertsPerToken;
        _renormalise = config.RenormaliseExpertWeights;
        long hidden = config.HiddenSize, width = config.IntermediateSize;
        var name = $"model.layers.{layer}.mlp";
        _router = new($"{name}.gate.weight", [_experts, hidden], decays: true, initialisedToOne: false);
        _input = new($"{name}.experts.gate_up_proj.weight", [_experts * 2 * width, hidden], decays: true, initialisedToOne: false,
            [.. Enumerable.Range(0, _experts).SelectMany(expert => new ParameterSlice[]
            {
                new($"{name}.experts.{expert}.gate_proj.weight", expert * 2 * width, width),
                new($"{name}.experts.{expert}.up_proj.weight", (expert * 2 + 1) * width, width),
            })])
        {
            Stacked = ($"{name}.experts.gate_up_proj", [_experts, 2 * width, hidden]),
        };
        _output = new($"{name}.experts.down_proj.weight", [_experts * hidden, width], decays: true, initialisedToOne: false,
            [.. Enumerable.Range(0, _experts).Select(expert => new ParameterSlice($"{name}.experts.{expert}.down_proj.weight", expert * hidden, hidden))])
        {
            Stacked = ($"{name}.experts.down_proj", [_experts, hidden, width]),
        };
        parameters.AddRange([_router, _input, _output]);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Routing? routing)
    {
        var tokens = x.reshape(-1, x.shape[^1]);
        var logits = Linear.Apply(tokens, _router).to_type(ScalarType.Float32);
        var probabilities = nn.functional.softmax(logits, -1);
        var (weights, experts) = probabilities.topk(_choices);
        if (_renormalise)
        {
            weights = weights / weights.sum(-1, keepdim: true);
        }

        var assignment = ExpertAssignment.Sort(experts, _experts);
        routing?.Add(_layer, logits, probabilities, [.. assignment.Counts]);
        return FusedExperts.Apply(tokens, _input.Value.to_type(x.dtype), _output.Value.to_type(x.dtype), weights, assignment).view(x.shape);
    }
}
