namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What an annotator says of one answer.</summary>
public sealed record AnswerRating
{
    /// <summary>Whether it is in the language of the question.</summary>
    public required bool Language { get; init; }

    /// <summary>How factual it is, claim by claim: 0 wrong in what matters, 1 wrong in something, 2 without a wrong claim.</summary>
    public required int Factuality { get; init; }

    /// <summary>How much it leaves out: 0 much of what matters, 1 something, 2 nothing.</summary>
    public required int Completeness { get; init; }

    /// <summary>Its quality over all, 1 to 5.</summary>
    public required int Overall { get; init; }

    /// <summary>Wrong claims, what is left out, and why the quality is as it is.</summary>
    public string Reason { get; init; } = "";
}
