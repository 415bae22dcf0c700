using OlmoSharp.Models;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>A model and how to train it; docs/quickstart.md tells how these were chosen.</summary>
internal sealed record QuickstartSize
{
    private const double LargestSparseLearningRate = 3e-3;

    /// <summary>The sizes that <c>--size</c> takes, of dense models.</summary>
    public static readonly IReadOnlyList<QuickstartSize> Dense =
    [
        new() { Name = "smoke", Vocabulary = 1024, Hidden = 64, Layers = 2, Heads = 2, Intermediate = 128, BatchSize = 4, SequenceLength = 128, LearningRate = 4e-3 },
        new() { Name = "small", Vocabulary = 8192, Hidden = 128, Layers = 3, Heads = 2, Intermediate = 384, BatchSize = 8, SequenceLength = 128, LearningRate = 2e-2 },
        new() { Name = "medium", Vocabulary = 4096, Hidden = 192, Layers = 6, Heads = 3, Intermediate = 512, BatchSize = 8, SequenceLength = 256, LearningRate = 5e-3 },
        new() { Name = "large", Vocabulary = 8192, Hidden = 384, Layers = 8, Heads = 6, Intermediate = 1024, BatchSize = 16, SequenceLength = 512, LearningRate = 2e-3 },
    ];

    /// <summary>The same of sparse models: as many active weights in the feed-forward layers, four times as many in all.</summary>
    public static readonly IReadOnlyList<QuickstartSize> Sparse =
    [
        .. Dense.Select(size => size with
        {
            Intermediate = size.Intermediate / 2,
            Experts = 8,
            ExpertsPerToken = 2,
            // Norms before the sublayers leave a layer's function dependent on the scale of its weights, so that it bears smaller steps only.
            LearningRate = Math.Min(size.LearningRate, LargestSparseLearningRate),
        }),
    ];

    /// <summary>What <c>--size</c> calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Ids of the tokenizer, special tokens included.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Hidden { get; init; }

    /// <summary>Transformer blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the feed-forward layer, or of each expert.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Experts of each feed-forward layer; 0: the model is dense.</summary>
    public int Experts { get; init; }

    /// <summary>Experts that each token reaches.</summary>
    public int ExpertsPerToken { get; init; }

    /// <summary>Sequences a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Tokens a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The architecture: OLMo 2's, or OLMoE's where there are experts.</summary>
    public ModelConfig Model
    {
        get
        {
            var dense = new ModelConfig
            {
                VocabularySize = Vocabulary,
                HiddenSize = Hidden,
                IntermediateSize = Intermediate,
                Layers = Layers,
                Heads = Heads,
                ContextLength = SequenceLength,
            };
            return Experts == 0 ? dense : dense with
            {
                Experts = Experts,
                ExpertsPerToken = ExpertsPerToken,
                NormPlacement = NormPlacement.BeforeSublayer,
                NormEpsilon = 1e-5,
                RopeTheta = 10_000,
            };
        }
    }
}
