using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The parameters of the taggers that say the scores of languages by the Lingua library.</summary>
public sealed record LinguaParameters : LinguaSettings
{
    /// <summary>Lower scores are not said.</summary>
    [Range(0.0, 1.0)]
    public double MinScore { get; init; }
}
