using CsCheck;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Models.Tests.SampleModels;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests;

public sealed class TransformerTests
{
    [Fact]
    public void Logits_are_those_of_the_plain_reference()
        => Gen.Select(Configs, Gen.Int[1, 3], Gen.Int[1, 12], Gen.Int).Sample(
            (config, batch, length, seed) =>
            {
                using var scope = NewDisposeScope();
                using var model = SampleModels.Random(config, seed);
                var tokens = new Random(seed).Tokens(batch * length, config.VocabularySize);
                var logits = model.Logits(model.Hidden(tensor(tokens, [batch, length])));
                Assert.Equal([batch, length, config.VocabularySize], logits.shape);
                var reference = new ReferenceModel(config, Weights(model));
                Close([.. tokens.Chunk(length).SelectMany(sequence => reference.Logits(sequence)).SelectMany(row => row)], logits.ToDoubles(), 3e-4);
            },
            iter: 60, threads: 1);

    [Fact]
    public void Loss_is_that_of_the_plain_reference_and_ignored_targets_count_for_nothing()
        => Gen.Select(Configs, Gen.Int[1, 12], Gen.Int).Sample(
            (config, length, seed) =>
            {
                using var scope = NewDisposeScope();
                using var model = SampleModels.Random(config, seed);
                var random = new Random(seed);
                var tokens = random.Tokens(length, config.VocabularySize);
                var targets = TargetsFor(tokens, config, random);
                var loss = model.Loss(tensor(tokens, [1, length]), tensor(targets, [1, length]), 0.5, 0.01);
                Close([0.5 * new ReferenceModel(config, Weights(model)).Loss(tokens, targets, 0.01)], loss.Total.ToDoubles(), 3e-4);
            },
            iter: 30, threads: 1);

    [Fact]
    public void Gradient_of_every_weight_is_the_reference_s_finite_difference()
        => Gen.Select(Configs, Gen.Int[2, 7], Gen.Int).Sample(
            (config, length, seed) =>
            {
                using var scope = NewDisposeScope();
                using var model = SampleModels.Random(config, seed);
                model.Parameters.EnableGradients();
                var random = new Random(seed);
                var tokens = random.Tokens(length, config.VocabularySize);
                var targets = TargetsFor(tokens, config, random);
                model.Loss(tensor(tokens, [1, length]), tensor(targets, [1, length]), 1, 0.01).Total.backward();

                var weights = Weights(model);
                var reference = new ReferenceModel(config, weights);
                foreach (var (name, gradient) in Gradients(model))
                {
                    // Six coordinates of each tensor, compared to the size of all its gradients.
                    var size = Math.Max(1e-2, gradient.Max(Math.Abs));
                    for (var sample = 0; sample < 6; sample++)
                    {
                        var i = random.Next(gradient.Length);
                        var expected = Slope(weights[name], i, () => reference.Loss(tokens, targets, 0.01));
                        Assert.True(Math.Abs(expected - gradient[i]) < 1e-3 * size, $"{name}[{i}] is {gradient[i]} instead of {expected} ({config})");
                    }
                }
            },
            iter: 15, threads: 1);

    [Fact]
    public void Gradients_of_two_batches_add_up()
    {
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Small, 1);
        model.Parameters.EnableGradients();
        var random = new Random(1);
        long[] first = random.Tokens(6, 29), second = random.Tokens(6, 29);
        Backward(first);
        var once = Gradients(model);
        Backward(second);
        var both = Gradients(model);
        model.Parameters.Gradients.ToList().ForEach(gradient => gradient.zero_());
        Backward(second);
        foreach (var (name, gradient) in Gradients(model))
        {
            Close([.. once[name].Zip(gradient, (a, b) => a + b)], both[name], 1e-5, name);
        }

        void Backward(long[] tokens) => model.Loss(tensor(tokens, [1, 6]), tensor(tokens, [1, 6]), 1, 0).Total.backward();
    }

    [Fact]
    public void Cached_generation_equals_the_whole_forward_pass()
        => Gen.Select(Configs, Gen.Int[1, 3], Gen.Int[1, 5].Array[1, 8], Gen.Int).Sample(
            (config, batch, pieces, seed) =>
            {
                using var scope = NewDisposeScope();
                using var _ = no_grad();
                using var model = SampleModels.Random(config, seed);
                var length = Math.Min(config.ContextLength, pieces.Sum());
                var tokens = tensor(new Random(seed).Tokens(batch * length, config.VocabularySize), [batch, length]);
                var expected = model.Hidden(tokens);
                using var cache = model.NewCache(batch, length);
                foreach (var piece in pieces)
                {
                    var count = Math.Min(piece, length - cache.Length);
                    if (count > 0)
                    {
                        var start = cache.Length;
                        Close(expected.narrow(1, start, count).ToDoubles(), model.Hidden(tokens.narrow(1, start, count), cache).ToDoubles(), 3e-4);
                        Assert.Equal(start + count, cache.Length);
                    }
                }
            },
            iter: 30, threads: 1);

    [Fact]
    public void A_truncated_cache_forgets_what_came_later()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = SampleModels.Random(Small, 2);
        var tokens = tensor(new Random(2).Tokens(8, 29), [1, 8]);
        var other = tensor(new Random(3).Tokens(5, 29), [1, 5]);
        using var cache = model.NewCache(1, 8);
        model.Hidden(tokens, cache);
        cache.Truncate(3);
        var hidden = model.Hidden(other, cache);
        Close(model.Hidden(cat([tokens.narrow(1, 0, 3), other], 1)).narrow(1, 3, 5).ToDoubles(), hidden.ToDoubles(), 1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Truncate(-1));
    }

    [Fact]
    public void A_full_cache_and_a_sequence_beyond_the_context_are_refused()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = SampleModels.Random(Small, 4);
        using var cache = model.NewCache(1, 4);
        model.Hidden(zeros([1, 4], ScalarType.Int64), cache);
        var exception = Assert.Throws<ModelException>(() => model.Hidden(zeros([1, 1], ScalarType.Int64), cache));
        Assert.Contains("5", exception.Message, StringComparison.Ordinal);
        Assert.Contains("4", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.NewCache(1, 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Hidden(zeros([1, 17], ScalarType.Int64)));
    }

    [Fact]
    public void Later_tokens_do_not_change_earlier_positions()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = SampleModels.Random(Small, 5);
        long[] a = new Random(5).Tokens(9, 29), b = [.. a[..5], .. a[5..].Select(token => (token + 1) % 29)];
        Close(
            model.Hidden(tensor(a, [1, 9])).narrow(1, 0, 5).ToDoubles(), model.Hidden(tensor(b, [1, 9])).narrow(1, 0, 5).ToDoubles(), 1e-6);
    }

    [Fact]
    public void Activations_of_16_bits_come_near_those_of_32()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var wide = SampleModels.Random(Small, 6);
        using var narrow = SampleModels.Random(Small, 6, ScalarType.BFloat16);
        var tokens = tensor(new Random(6).Tokens(10, 29), [2, 5]);
        var (expected, actual) = (wide.Hidden(tokens), narrow.Hidden(tokens));
        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        Close(expected.ToDoubles(), actual.ToDoubles(), 0.05);
    }

    [Fact]
    public void Positions_beyond_the_first_tables_of_rotary_angles_continue_them()
    {
        using var scope = NewDisposeScope();
        using var grown = SampleModels.Random(Small with { ContextLength = 6_000 }, 3);
        using var atOnce = SampleModels.Random(Small with { ContextLength = 6_000 }, 3);
        var tokens = randint(0, 29, [1, 4_200]);
        using var cache = grown.NewCache(1, 4_200);
        var before = grown.Hidden(tokens.narrow(1, 0, 4_000), cache);
        var after = grown.Hidden(tokens.narrow(1, 4_000, 200), cache);
        Assert.True(allclose(cat([before, after], 1), atOnce.Hidden(tokens), rtol: 1e-3, atol: 1e-4));
        Assert.Throws<ArgumentOutOfRangeException>(() => atOnce.Hidden(zeros(1, 6_001, dtype: ScalarType.Int64)));
    }

    [Fact]
    public void Weights_of_the_two_vectors_are_those_of_the_parameters_and_gaps_stay_zero()
    {
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Small, 7);
        model.Initialize(1);
        var total = model.Parameters.Vectors.Sum(vector => vector.ToDoubles().Sum(Math.Abs));
        Assert.Equal(Weights(model).Values.Sum(values => values.Sum(Math.Abs)), total, 1e-6);
        // OLMo 2 decays everything, norms too, but not the input embedding.
        Assert.Equal(["model.embed_tokens.weight"], model.Parameters.Parameters.Where(parameter => !parameter.Decays).Select(parameter => parameter.Name));
    }

    private static long[] TargetsFor(long[] tokens, ModelConfig config, Random random)
        => [.. tokens.Select(_ => random.Next(3) == 0 ? LinearCrossEntropy.IgnoredTarget : random.Next(config.VocabularySize))];

    /// <summary>Gradients by Hugging Face name.</summary>
    private static Dictionary<string, double[]> Gradients(Transformer model)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, double[]> gradients = [];
        foreach (var (parameter, i) in model.Parameters.Parameters.Select((parameter, i) => (parameter, i)))
        {
            using var gradient = model.Parameters.ViewOf(model.Parameters.Gradients, i);
            foreach (var slice in parameter.Slices)
            {
                gradients.Add(slice.Name, gradient.narrow(0, slice.Begin, slice.Rows).ToDoubles());
            }
        }

        return gradients;
    }

    private static double Slope(double[] weights, int i, Func<double> loss)
    {
        // Small, so that hardly ever an activation crosses the bound of clip_qkv in between.
        const double h = 1e-7;
        var value = weights[i];
        weights[i] = value + h;
        var above = loss();
        weights[i] = value - h;
        var below = loss();
        weights[i] = value;
        return (above - below) / (2 * h);
    }
}
