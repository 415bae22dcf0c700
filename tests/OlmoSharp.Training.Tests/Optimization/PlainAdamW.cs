using OlmoSharp.Models;
using OlmoSharp.Training.Config;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Optimization;

/// <summary>AdamW (Loshchilov and Hutter 2019, algorithm 2) in float64, tensor by tensor, on a model's weights.</summary>
internal sealed class PlainAdamW(OptimizerConfig config)
{
    private readonly Dictionary<string, (double[] First, double[] Second, double[] Weights)> _state = [];
    private int _updates;

    /// <summary>Takes the model's gradients, clears them, sets its weights, and returns the gradient's norm before clipping.</summary>
    public double Step(Transformer model, double rate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _updates++;
        var gradients = model.Parameters.Parameters.Select(parameter => Doubles(parameter.Value.grad!)).ToList();
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(g => g * g)));
        var clip = Math.Min(1, config.ClipNorm / norm);
        foreach (var (parameter, gradient) in model.Parameters.Parameters.Zip(gradients))
        {
            if (!_state.TryGetValue(parameter.Name, out var state))
            {
                _state[parameter.Name] = state = (new double[gradient.Length], new double[gradient.Length], Doubles(parameter.Value));
            }

            // OLMo 2 does not decay the input embedding.
            var decay = parameter.Name == "model.embed_tokens.weight" ? 0 : config.WeightDecay;
            for (var i = 0; i < gradient.Length; i++)
            {
                var g = gradient[i] * clip;
                state.First[i] = config.Beta1 * state.First[i] + (1 - config.Beta1) * g;
                state.Second[i] = config.Beta2 * state.Second[i] + (1 - config.Beta2) * g * g;
                var first = state.First[i] / (1 - Math.Pow(config.Beta1, _updates));
                var second = state.Second[i] / (1 - Math.Pow(config.Beta2, _updates));
                state.Weights[i] -= rate * (first / (Math.Sqrt(second) + config.Epsilon) + decay * state.Weights[i]);
            }

            parameter.Value.copy_(tensor(state.Weights, parameter.Value.shape));
            parameter.Value.grad!.zero_();
        }

        return norm;
    }

    public static void RequireClose(Transformer expected, Transformer actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        foreach (var (a, b) in expected.Parameters.Parameters.Zip(actual.Parameters.Parameters))
        {
            var (x, y) = (Doubles(a.Value), Doubles(b.Value));
            for (var i = 0; i < x.Length; i++)
            {
                Assert.True(Math.Abs(x[i] - y[i]) <= tolerance, $"{a.Name}[{i}] is {y[i]} instead of {x[i]}");
            }
        }
    }

    private static double[] Doubles(Tensor values) => values.detach().to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
}
