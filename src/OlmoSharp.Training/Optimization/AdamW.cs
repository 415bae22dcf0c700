using OlmoSharp.Models;
using OlmoSharp.Torch.Operators;
using OlmoSharp.Training.Config;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Optimization;

/// <summary>AdamW over all parameters of a model, with clipping of the whole gradient's norm.</summary>
public sealed class AdamW : IDisposable
{
    private readonly ParameterSet _parameters;
    private readonly OptimizerConfig _config;
    private readonly Tensor[] _firstMoments;
    private readonly Tensor[] _secondMoments;
    private readonly Tensor _step;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="parameters">What to train; gradients must be enabled.</param>
    /// <param name="config">Hyperparameters.</param>
    public AdamW(ParameterSet parameters, OptimizerConfig config)
    {
        _parameters = parameters;
        _config = config;
        _firstMoments = parameters.NewVectors();
        _secondMoments = parameters.NewVectors();
        _step = zeros(1, dtype: ScalarType.Float32, device: parameters.Vectors[0].device).DetachFromDisposeScope();
    }

    /// <summary>Updates made so far, skipped steps not counted.</summary>
    public long Updates { get; set; }

    /// <summary>Euclidean norm of the whole gradient.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        var sum = 0.0;
        foreach (var gradient in _parameters.Gradients)
        {
            var norm = gradient.norm().item<float>();
            sum += (double)norm * norm;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Applies the gradients and clears them.</summary>
    /// <param name="learningRate">This step's.</param>
    /// <param name="gradientNorm">From <see cref="GradientNorm"/>.</param>
    public void Step(double learningRate, double gradientNorm)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Updates++;
        using Scalar updates = Updates;
        _step.fill_(updates);
        var divisor = tensor((float)Math.Max(1.0, gradientNorm / _config.ClipNorm), device: _step.device);
        for (var group = 0; group < _parameters.Vectors.Count; group++)
        {
            FusedAdamW.Step(
                new([_parameters.Vectors[group]], [_parameters.Gradients[group]], [_firstMoments[group]], [_secondMoments[group]], [_step]),
                learningRate, _config.Beta1, _config.Beta2, group == 0 ? _config.WeightDecay : 0, _config.Epsilon, divisor);
        }

        ClearGradients();
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        foreach (var gradient in _parameters.Gradients)
        {
            gradient.zero_();
        }
    }

    /// <summary>
    /// The moments by name, <c>exp_avg.NAME</c> and <c>exp_avg_sq.NAME</c> with the parameter's own name; views that the
    /// caller disposes.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> State()
    {
        List<(string, Tensor)> state = [];
        for (var i = 0; i < _parameters.Parameters.Count; i++)
        {
            var name = _parameters.Parameters[i].Name;
            state.Add(($"exp_avg.{name}", _parameters.ViewOf(_firstMoments, i)));
            state.Add(($"exp_avg_sq.{name}", _parameters.ViewOf(_secondMoments, i)));
        }

        return state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moment in _firstMoments.Concat(_secondMoments))
        {
            moment.Dispose();
        }

        _step.Dispose();
    }
}
