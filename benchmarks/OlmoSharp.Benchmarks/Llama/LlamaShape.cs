using OlmoSharp.Models;
using OlmoSharp.Models.Presets;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>A shape of models that <see cref="LlamaBenchmark"/> makes.</summary>
/// <param name="Name">Its name in options and file names.</param>
/// <param name="Config">The shape.</param>
internal sealed record LlamaShape(string Name, ModelConfig Config)
{
    private static readonly ModelConfig Olmoe = ModelPresets.Get("olmoe-1b-7b") with
    {
        HiddenSize = 1024,
        IntermediateSize = 512,
        Layers = 8,
        Heads = 8,
        KeyValueHeads = 8,
        Experts = 32,
        ExpertsPerToken = 4,
    };

    /// <summary>The shapes that are measured.</summary>
    public static IReadOnlyList<LlamaShape> All { get; } =
    [
        new("olmo2-1b", ModelPresets.Get("olmo2-1b")),
        new("olmoe", Olmoe),
        new("olmo2-190m", ModelPresets.Get("olmo2-1b") with
        {
            VocabularySize = 50_304,
            HiddenSize = 768,
            IntermediateSize = 3072,
            Layers = 12,
            Heads = 12,
            KeyValueHeads = 12,
            EndOfTextId = 50_279,
            PaddingId = 1,
        }),
    ];

    /// <summary>The same kinds of models, small enough for a test of the benchmark itself.</summary>
    public static IReadOnlyList<LlamaShape> Tiny { get; } =
    [
        new("olmo2-tiny", All[0].Config with { VocabularySize = 1024, HiddenSize = 256, IntermediateSize = 512, Layers = 2, Heads = 4, KeyValueHeads = 4, EndOfTextId = 1000, PaddingId = 1001 }),
        new("olmoe-tiny", Olmoe with
        {
            VocabularySize = 1024,
            HiddenSize = 256,
            IntermediateSize = 256,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 4,
            Experts = 8,
            ExpertsPerToken = 2,
            EndOfTextId = 1000,
            PaddingId = 1001,
        }),
    ];

    /// <summary>Weights that a token meets, in words.</summary>
    public override string ToString()
        => $"{Name}: {Config.Parameters / 1e6:#,0} M parameters, {Config.ActiveParameters / 1e6:#,0} M a token; width {Config.HiddenSize}, {Config.Layers} layers, vocabulary {Config.VocabularySize}"
            + (Config.Experts > 0 ? $", {Config.Experts} experts of {Config.IntermediateSize}, {Config.ExpertsPerToken} a token" : $", feed-forward {Config.IntermediateSize}");
}
