using OlmoSharp.Data.Decontamination.Evaluations;

namespace OlmoSharp.Data.Decontamination;

/// <summary>An item of an evaluation set that was found in a text.</summary>
public sealed record ContaminationHit
{
    /// <summary>The name of the evaluation set.</summary>
    public required string Evaluation { get; init; }

    /// <summary>The item.</summary>
    public required EvaluationItem Item { get; init; }

    /// <summary>First byte of the text in which the question was found.</summary>
    public required int Start { get; init; }

    /// <summary>The byte after its last.</summary>
    public required int End { get; init; }

    /// <summary>The share of the question's n-grams that is there, by weight: 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>The share that was needed.</summary>
    public required double Threshold { get; init; }

    /// <summary>The share of the answer's n-grams near the question; null where the item has no answer.</summary>
    public required double? Answer { get; init; }

    /// <summary>The share of the passage's n-grams near the question; null where the item has no passage.</summary>
    public required double? Passage { get; init; }

    /// <summary>False where only the question was found, but an answer is needed.</summary>
    internal bool IsContamination { get; init; } = true;

    /// <summary>The places of set and item, for an order that does not depend on how they were found.</summary>
    internal (int Evaluation, int Item) Place { get; init; }
}
