namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The parameters of the taggers that say whether a text is English.</summary>
public sealed record LanguageModelParameters
{
    /// <summary>The model, such as fastText's <c>lid.176.bin</c>, or one that was trained here on labelled text; one of its labels is <c>en</c>.</summary>
    [TaggerFile]
    public required string Model { get; init; }
}
