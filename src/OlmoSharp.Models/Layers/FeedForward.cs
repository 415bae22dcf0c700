using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>SwiGLU feed-forward layer: down · (silu(gate · x) ∘ (up · x)).</summary>
internal sealed class FeedForward : IFeedForward
{
    private readonly Parameter _input;
    private readonly Parameter _output;

    /// <summary>Describes the parameters of one layer and adds them to the model's.</summary>
    public FeedForward(ModelConfig config, int layer, List<Parameter> parameters)
    {
        var name = $"model.layers.{layer}.mlp";
        _input = new($"{name}.gate_up_proj.weight", [2L * config.IntermediateSize, config.HiddenSize], decays: true, initialisedToOne: false,
            new($"{name}.gate_proj.weight", 0, config.IntermediateSize),
            new($"{name}.up_proj.weight", config.IntermediateSize, config.IntermediateSize));
        _output = new($"{name}.down_proj.weight", [config.HiddenSize, config.IntermediateSize], decays: true, initialisedToOne: false);
        parameters.AddRange([_input, _output]);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Routing? routing) => Linear.Apply(FusedSwiGlu.Apply(Linear.Apply(x, _input)), _output);
}
