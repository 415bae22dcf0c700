using System.Globalization;

namespace OlmoSharp.Models;

/// <summary>An option that two architectures have with different values.</summary>
/// <param name="Option">Its key in a training config.</param>
/// <param name="First">The first value, as text.</param>
/// <param name="Second">The second value.</param>
/// <param name="ChangesComputation">Whether a model computes something else with it; the context length, special ids and what only training needs do not.</param>
public sealed record ModelConfigDifference(string Option, string First, string Second, bool ChangesComputation)
{
    /// <summary>Compares two architectures option by option.</summary>
    public static IReadOnlyList<ModelConfigDifference> Between(ModelConfig first, ModelConfig second)
        => [.. Options(first).Zip(Options(second))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new ModelConfigDifference(pair.First.Key, pair.First.Value, pair.Second.Value, pair.First.ChangesComputation))];

    private static IEnumerable<(string Key, string Value, bool ChangesComputation)> Options(ModelConfig config) =>
    [
        ("vocabulary_size", Text(config.VocabularySize), true),
        ("hidden_size", Text(config.HiddenSize), true),
        ("intermediate_size", Text(config.IntermediateSize), true),
        ("layers", Text(config.Layers), true),
        ("heads", Text(config.Heads), true),
        ("key_value_heads", Text(config.EffectiveKeyValueHeads), true),
        ("experts", Text(config.Experts), true),
        ("experts_per_token", Text(config.ExpertsPerToken), true),
        ("renormalise_expert_weights", Text(config.RenormaliseExpertWeights), true),
        ("rope_theta", Text(config.RopeTheta), true),
        .. RopeScaling(config),
        ("norm", Text(config.Norm), true),
        ("norm_placement", Text(config.NormPlacement), true),
        ("norm_epsilon", Text(config.NormEpsilon), true),
        ("qk_norm", Text(config.QkNorm), true),
        ("clip_qkv", Text(config.ClipQkv), true),
        ("tied_embeddings", Text(config.TiedEmbeddings), true),
        ("context_length", Text(config.ContextLength), false),
        ("load_balancing_coefficient", Text(config.LoadBalancingCoefficient), false),
        ("router_z_loss_coefficient", Text(config.RouterZLossCoefficient), false),
        ("initializer_range", Text(config.InitializerRange), false),
        ("end_of_text_id", Text(config.EndOfTextId), false),
        ("padding_id", Text(config.PaddingId), false),
    ];

    private static IEnumerable<(string Key, string Value, bool ChangesComputation)> RopeScaling(ModelConfig config)
    {
        var scaling = config.RopeScaling;
        var isYarn = scaling?.Type == RopeScalingType.Yarn;
        var isLlama3 = scaling?.Type == RopeScalingType.Llama3;
        return
        [
            ("rope_scaling.type", Text(scaling?.Type), true),
            ("rope_scaling.factor", Text(scaling?.Factor), true),
            ("rope_scaling.original_context_length", Text(isYarn || isLlama3 ? scaling!.OriginalContextLengthOf(config) : null), true),
            ("rope_scaling.attention_factor", Text(isYarn ? scaling!.EffectiveAttentionFactor : null), true),
            ("rope_scaling.beta_fast", Text(isYarn ? scaling!.BetaFast : null), true),
            ("rope_scaling.beta_slow", Text(isYarn ? scaling!.BetaSlow : null), true),
            ("rope_scaling.low_frequency_factor", Text(isLlama3 ? scaling!.LowFrequencyFactor : null), true),
            ("rope_scaling.high_frequency_factor", Text(isLlama3 ? scaling!.HighFrequencyFactor : null), true),
        ];
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "null";
}
