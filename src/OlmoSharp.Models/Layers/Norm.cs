using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>The normalisation that a config asks for, with its weight where it has one.</summary>
internal sealed class Norm
{
    private readonly Parameter? _weight;
    private readonly long _width;
    private readonly double _epsilon;

    /// <summary>Describes the weight, if there is one, and adds it to the model's.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="name">Hugging Face name of the weight.</param>
    /// <param name="parameters">The model's parameters so far.</param>
    public Norm(ModelConfig config, string name, List<Parameter> parameters)
    {
        _width = config.HiddenSize;
        _epsilon = config.NormEpsilon;
        if (config.Norm == NormKind.RmsNorm)
        {
            _weight = new(name, [_width], decays: true, initialisedToOne: true);
            parameters.Add(_weight);
        }
    }

    /// <summary>Normalises the last dimension.</summary>
    /// <param name="x">[…, hidden].</param>
    /// <param name="residual">[…, hidden], added to the result; null for none.</param>
    /// <returns>[…, hidden] in the dtype of <paramref name="x"/>.</returns>
    public Tensor Apply(Tensor x, Tensor? residual = null)
    {
        if (_weight is not null)
        {
            return FusedRmsNorm.Apply(x, _weight.Wide, _epsilon, residual);
        }

        // In float32 whatever the dtype of activations, as the Hugging Face implementation of OLMo does.
        var normalised = nn.functional.layer_norm(x.to_type(ScalarType.Float32), [_width], eps: _epsilon).to_type(x.dtype);
        return residual is null ? normalised : ScalarArithmetic.Sum(residual, normalised);
    }
}
