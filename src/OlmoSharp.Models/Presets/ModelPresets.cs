namespace OlmoSharp.Models.Presets;

/// <summary>The published models by name. Sizes are those of their Hugging Face <c>config.json</c>.</summary>
public static class ModelPresets
{
    private static readonly ModelConfig Olmo7B = new()
    {
        VocabularySize = 50_304,
        HiddenSize = 4096,
        IntermediateSize = 11_008,
        Layers = 32,
        Heads = 32,
        KeyValueHeads = 32,
        ContextLength = 2048,
        Norm = NormKind.LayerNorm,
        NormPlacement = NormPlacement.BeforeSublayer,
        NormEpsilon = 1e-5,
        QkNorm = false,
        RopeTheta = 10_000,
        EndOfTextId = 50_279,
        PaddingId = 1,
    };

    private static readonly ModelConfig Olmo7B0424 = Olmo7B with { ContextLength = 4096, ClipQkv = 8 };

    private static readonly ModelConfig Olmo2Of7B = new()
    {
        VocabularySize = 100_352,
        HiddenSize = 4096,
        IntermediateSize = 11_008,
        Layers = 32,
        Heads = 32,
        KeyValueHeads = 32,
        EndOfTextId = 100_257,
        PaddingId = 100_277,
    };

    /// <summary>Every preset, in the order of publication and size.</summary>
    public static IReadOnlyList<(string Name, ModelConfig Config)> All { get; } =
    [
        ("olmo-1b", Olmo7B with { HiddenSize = 2048, IntermediateSize = 8192, Layers = 16, Heads = 16, KeyValueHeads = 16, TiedEmbeddings = true }),
        ("olmo-7b", Olmo7B),
        ("olmo-7b-0424", Olmo7B0424),
        ("olmo-7b-0724", Olmo7B0424),
        ("olmo2-1b", Olmo2Of7B with { HiddenSize = 2048, IntermediateSize = 8192, Layers = 16, Heads = 16, KeyValueHeads = 16 }),
        ("olmo2-7b", Olmo2Of7B),
        ("olmo2-13b", Olmo2Of7B with { HiddenSize = 5120, IntermediateSize = 13_824, Layers = 40, Heads = 40, KeyValueHeads = 40 }),
        ("olmo2-32b", Olmo2Of7B with { HiddenSize = 5120, IntermediateSize = 27_648, Layers = 64, Heads = 40, KeyValueHeads = 8 }),
        ("olmoe-1b-7b", new()
        {
            VocabularySize = 50_304,
            HiddenSize = 2048,
            IntermediateSize = 1024,
            Layers = 16,
            Heads = 16,
            KeyValueHeads = 16,
            Experts = 64,
            ExpertsPerToken = 8,
            NormPlacement = NormPlacement.BeforeSublayer,
            NormEpsilon = 1e-5,
            RopeTheta = 10_000,
            EndOfTextId = 50_279,
            PaddingId = 1,
        }),
    ];

    /// <summary>A preset by name.</summary>
    /// <param name="name">E.g. <c>olmo2-7b</c>.</param>
    /// <exception cref="ModelException">There is none of that name; the message lists all.</exception>
    public static ModelConfig Get(string name)
        => All.FirstOrDefault(preset => preset.Name == name).Config
            ?? throw new ModelException($"there is no preset '{name}'; choose one of {string.Join(", ", All.Select(preset => preset.Name))}");
}
