using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The parameters of the taggers that say the scores of a model's labels.</summary>
public sealed record ClassifierParameters
{
    /// <summary>The model: a file of <c>olmo data classifier train</c>, or a supervised model of fastText (<c>.bin</c>, <c>.ftz</c>).</summary>
    [TaggerFile]
    public required string Model { get; init; }

    /// <summary>Lower scores are not said.</summary>
    [Range(0.0, 1.0)]
    public double MinScore { get; init; }
}
