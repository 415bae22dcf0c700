namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What an annotator says of a pair of answers.</summary>
public sealed record PairRating
{
    /// <summary>A tie.</summary>
    public const string Tie = "tie";

    /// <summary>The pair's name on the page.</summary>
    public required string Item { get; init; }

    /// <summary>Of the first answer.</summary>
    public required AnswerRating First { get; init; }

    /// <summary>Of the second answer.</summary>
    public required AnswerRating Second { get; init; }

    /// <summary>Which is better: <c>first</c>, <c>second</c> or <see cref="Tie"/>.</summary>
    public required string Preferred { get; init; }
}
