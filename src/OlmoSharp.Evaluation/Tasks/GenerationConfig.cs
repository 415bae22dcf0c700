namespace OlmoSharp.Evaluation.Tasks;

/// <summary>How a text is generated.</summary>
public sealed record GenerationConfig
{
    /// <summary>The most tokens to generate.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 for the most likely token each time.</summary>
    public double? Temperature { get; init; }

    /// <summary>Share of probability that tokens are drawn from; 1 for all of it.</summary>
    public double? TopP { get; init; }

    /// <summary>Texts that end the generation; the text before the earliest is kept.</summary>
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>How many texts are generated for each document.</summary>
    public int? Repeats { get; init; }

    /// <summary>Whether a prompt that is too long loses its beginning; otherwise fewer tokens are generated.</summary>
    public bool? TruncateContext { get; init; }

    /// <summary>These settings where another's are not set.</summary>
    internal GenerationConfig Over(GenerationConfig? below) => below is null ? this : new GenerationConfig
    {
        MaxTokens = MaxTokens ?? below.MaxTokens,
        Temperature = Temperature ?? below.Temperature,
        TopP = TopP ?? below.TopP,
        Stop = Stop ?? below.Stop,
        Repeats = Repeats ?? below.Repeats,
        TruncateContext = TruncateContext ?? below.TruncateContext,
    };
}
