using OlmoSharp.Models;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Optimization;

public sealed class AdamWTests
{
    private static readonly ModelConfig Config = new() { VocabularySize = 11, HiddenSize = 12, IntermediateSize = 7, Layers = 2, Heads = 2, ContextLength = 8 };

    [Theory]
    [InlineData(1e9)]
    [InlineData(0.05)]
    public void Follows_the_published_algorithm_and_spares_the_embedding_from_decay(double clipNorm)
    {
        var config = new OptimizerConfig { WeightDecay = 0.5, ClipNorm = clipNorm, Epsilon = 1e-6, Beta1 = 0.8, Beta2 = 0.9 };
        using var fast = NewModel();
        using var plain = NewModel();
        using var optimizer = new AdamW(fast.Parameters, config);
        var reference = new PlainAdamW(config);
        var random = new Random(1);
        for (var step = 1; step <= 25; step++)
        {
            // Token 10 never occurs, so its row of the embedding never has a gradient.
            var tokens = Enumerable.Range(0, 16).Select(_ => (long)random.Next(10)).ToArray();
            Backward(fast, tokens);
            foreach (var (source, target) in fast.Parameters.Gradients.Zip(plain.Parameters.Gradients))
            {
                target.copy_(source);
            }

            var norm = optimizer.GradientNorm();
            optimizer.Step(0.01, norm);
            var expected = reference.Step(plain, 0.01);
            Assert.Equal(expected, norm, 1e-6 * expected);
            Assert.Equal(step, optimizer.Updates);
            PlainAdamW.RequireClose(plain, fast, 1e-5);
        }

        using var untouched = NewModel();
        Assert.Equal(Row(untouched), Row(fast));

        static float[] Row(Transformer model) => model.Parameters.Parameters[0].Value.detach()[10].data<float>().ToArray();
    }

    [Fact]
    public void State_is_named_after_the_parameters_and_shaped_like_them()
    {
        using var model = NewModel();
        using var optimizer = new AdamW(model.Parameters, new OptimizerConfig());
        Backward(model, [1, 2, 3]);
        optimizer.Step(0.01, optimizer.GradientNorm());
        var state = optimizer.State();
        Assert.Equal(
            model.Parameters.Parameters.SelectMany(parameter => new[] { $"exp_avg.{parameter.Name}", $"exp_avg_sq.{parameter.Name}" }),
            state.Select(pair => pair.Name));
        foreach (var (parameter, moments) in model.Parameters.Parameters.Zip(state.Chunk(2)))
        {
            Assert.Equal(parameter.Shape, moments[0].Tensor.shape);
            Assert.Equal(parameter.Shape, moments[1].Tensor.shape);
            Assert.NotEqual(0, moments[0].Tensor.count_nonzero().item<long>());
        }

        Assert.All(state, pair => pair.Tensor.Dispose());
    }

    private static Transformer NewModel()
    {
        var model = new Transformer(Config);
        model.Initialize(5);
        model.Parameters.EnableGradients();
        return model;
    }

    private static void Backward(Transformer model, long[] tokens)
    {
        using var scope = NewDisposeScope();
        var batch = tensor(tokens, [1, tokens.Length]).reshape(-1, Math.Min(8, tokens.Length));
        model.Loss(batch, batch.roll(-1, 1), 1.0 / tokens.Length, 1e-3).Total.backward();
    }
}
