using CsCheck;
using OlmoSharp.Models.HuggingFace;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests;

/// <summary>Small models with weights that make every part matter, and their weights as plain numbers.</summary>
internal static class SampleModels
{
    /// <summary>No scaling in two of five cases; yarn's and Llama 3's bounds within reach of a short context.</summary>
    private static readonly Gen<RopeScaling?> Scalings = Gen.Select(
        Gen.Int[0, 4], Gen.Double[1, 20], Gen.Int[1, 64], Gen.Double[0.1, 2], Gen.Double[0.1, 8], Gen.Bool,
        (type, factor, original, low, width, isDefault) => type switch
        {
            0 => new RopeScaling { Type = RopeScalingType.Linear, Factor = factor },
            1 => new()
            {
                Type = RopeScalingType.Yarn,
                Factor = factor,
                OriginalContextLength = isDefault ? 0 : original,
                AttentionFactor = isDefault ? null : low,
                BetaSlow = low,
                BetaFast = low + width,
            },
            2 => new()
            {
                Type = RopeScalingType.Llama3, Factor = factor, OriginalContextLength = original, LowFrequencyFactor = low, HighFrequencyFactor = low + width,
            },
            _ => null,
        });

    /// <summary>
    /// Any architecture small enough for the plain reference, of any family. The stream is at least 8 wide and epsilon not tiny: a norm
    /// over two numbers that both happen to be near zero multiplies their rounding.
    /// </summary>
    public static readonly Gen<ModelConfig> Configs = Gen.Select(
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[0, 5]), Gen.Int[1, 20], Gen.Int[1, 3], Gen.Int[2, 40], Gen.Select(Gen.Bool, Gen.Bool),
        Gen.Select(Gen.Double[2, 1e6], Gen.Double[1e-3, 0.1]), Gen.Enum<ModelFamily>(),
        Gen.Select(Gen.Select(Gen.Bool, Gen.Double[0.5, 3], Gen.Int[1, 5], Gen.Int[0, 3], Gen.Double[0, 1]), Scalings),
        (heads, intermediate, layers, vocabulary, flags, reals, family, extras) => new ModelConfig
        {
            Heads = heads.Item1 * heads.Item2,
            KeyValueHeads = heads.Item1 == 1 && !flags.Item1 ? 0 : heads.Item2,
            HiddenSize = heads.Item1 * heads.Item2 * 2 * ((3 + heads.Item1 * heads.Item2) / (heads.Item1 * heads.Item2) + heads.Item3),
            IntermediateSize = intermediate,
            Layers = layers,
            VocabularySize = vocabulary,
            ContextLength = 16,
            RopeTheta = reals.Item1,
            RopeScaling = extras.Item2,
            TiedEmbeddings = flags.Item2,
            NormEpsilon = family == ModelFamily.Olmo ? 1e-5 : reals.Item2,
            Norm = family == ModelFamily.Olmo ? NormKind.LayerNorm : NormKind.RmsNorm,
            NormPlacement = family is ModelFamily.Olmo2 or ModelFamily.FlexOlmo ? NormPlacement.AfterSublayer : NormPlacement.BeforeSublayer,
            QkNorm = family != ModelFamily.Olmo,
            ClipQkv = family is ModelFamily.Olmo or ModelFamily.Olmoe && extras.Item1.Item1 ? extras.Item1.Item2 : null,
            Experts = IsSparse(family) ? extras.Item1.Item3 + extras.Item1.Item4 : 0,
            ExpertsPerToken = IsSparse(family) ? extras.Item1.Item3 : 0,
            RenormaliseExpertWeights = IsSparse(family) && extras.Item1.Item1,
            LoadBalancingCoefficient = IsSparse(family) ? extras.Item1.Item5 : 0.01,
            RouterZLossCoefficient = IsSparse(family) ? extras.Item1.Item5 / 3 : 0.001,
        });

    public static readonly ModelConfig Small = new()
    {
        Heads = 4,
        KeyValueHeads = 2,
        HiddenSize = 24,
        IntermediateSize = 20,
        Layers = 2,
        VocabularySize = 29,
        ContextLength = 16,
        RopeTheta = 100,
    };

    private static bool IsSparse(ModelFamily family) => family is ModelFamily.Olmoe or ModelFamily.FlexOlmo;

    /// <summary>A model with random weights, norms included, large enough that attention is far from uniform.</summary>
    public static Transformer Random(ModelConfig config, int seed, ScalarType computeType = ScalarType.Float32)
    {
        var model = new Transformer(config, computeType: computeType);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var random = new Random(seed);
        foreach (var (name, tensor) in ModelFolder.NamedTensors(model))
        {
            var isNorm = tensor.shape.Length == 1;
            var width = isNorm ? 1 : tensor.shape[1];
            var values = Enumerable.Range(0, (int)tensor.numel())
                .Select(_ => isNorm ? (float)(0.5 + 1.5 * random.NextDouble()) : (float)((2 * random.NextDouble() - 1) * 2 / Math.Sqrt(width))).ToArray();
            tensor.copy_(TorchSharp.torch.tensor(values, tensor.shape));
        }

        return model;
    }

    public static long[] Tokens(this Random random, int count, int vocabulary) => [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(vocabulary))];

    public static Dictionary<string, double[]> Weights(Transformer model)
    {
        using var scope = NewDisposeScope();
        return ModelFolder.NamedTensors(model).ToDictionary(pair => pair.Name, pair => pair.Tensor.ToDoubles());
    }

    public static double[] ToDoubles(this Tensor tensor) => tensor.detach().to_type(ScalarType.Float64).contiguous().data<double>().ToArray();

    public static int[] ToBits(this Tensor tensor) => [.. tensor.detach().contiguous().data<float>().Select(BitConverter.SingleToInt32Bits)];

    /// <summary>Fails unless every element lies within <paramref name="tolerance"/> × max(1, largest expected magnitude).</summary>
    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string what = "value")
    {
        Assert.Equal(expected.Count, actual.Count);
        var bound = tolerance * Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what} {i} of {expected.Count} is {actual[i]} instead of {expected[i]} (tolerance {bound})");
        }
    }
}
