namespace OlmoSharp.Evaluation.Requests;

/// <summary>How text becomes ids, where programs differ.</summary>
public sealed record EncodingPolicy
{
    /// <summary>The most ids of a context and its continuation together, as the model sees them: the last id of a continuation is predicted, but never read.</summary>
    public required int MaxLength { get; init; }

    /// <summary>The id that begins every text; null for none, which is the standard's rule.</summary>
    public int? BeginningId { get; init; }

    /// <summary>The id that stands for an empty context.</summary>
    public required int PrefixId { get; init; }
}
