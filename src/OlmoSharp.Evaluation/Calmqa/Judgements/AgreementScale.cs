namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What the distance of two values means.</summary>
public enum AgreementScale
{
    /// <summary>Only whether they are the same.</summary>
    Nominal,

    /// <summary>How many values lie between them, by the ranks that were given.</summary>
    Ordinal,

    /// <summary>Their difference.</summary>
    Interval,
}
