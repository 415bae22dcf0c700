using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Decontamination;

/// <summary>What was found of an evaluation set.</summary>
public sealed record EvaluationSummary
{
    /// <summary>What the set is called.</summary>
    public required string Evaluation { get; init; }

    /// <summary>Items of the set.</summary>
    public required int Items { get; init; }

    /// <summary>Items that are the same as an earlier one, and not looked for again.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Items that say too little to be looked for.</summary>
    public required int Unchecked { get; init; }

    /// <summary>Items whose answer has no letter or digit, looked for as if they had none.</summary>
    public required int Unanswered { get; init; }

    /// <summary>Items that were found.</summary>
    public required int ItemsHit { get; init; }

    /// <summary>Documents in which one was found.</summary>
    public required long DocumentsHit { get; init; }

    /// <summary>Places in which one was found.</summary>
    public required long Hits { get; init; }

    /// <summary>Items of which the question was found somewhere without the answer that is needed; they may have been found elsewhere with it.</summary>
    public required int QuestionsOnly { get; init; }

    /// <summary>Some of the hits.</summary>
    [JsonIgnore]
    public IReadOnlyList<HitExample> Examples { get; init; } = [];

    internal static EvaluationSummary Of(IndexedEvaluation evaluation, HitTally hits, HitTally questions) => new()
    {
        Evaluation = evaluation.Name,
        Items = evaluation.Items,
        Duplicates = evaluation.Duplicates,
        Unchecked = evaluation.Unchecked.Count,
        Unanswered = evaluation.Unanswered,
        ItemsHit = hits.Items,
        DocumentsHit = hits.Documents,
        Hits = hits.Hits,
        QuestionsOnly = questions.Items,
        Examples = hits.First,
    };
}
