namespace OlmoSharp.Evaluation.Requests;

/// <summary>What is asked of a model.</summary>
public enum RequestKind
{
    /// <summary>The log-likelihood of a continuation after a context.</summary>
    Loglikelihood,

    /// <summary>The log-likelihood of a whole text, in windows.</summary>
    LoglikelihoodRolling,

    /// <summary>A text that goes on from the context until a stop string.</summary>
    GenerateUntil,

    /// <summary>Both: a generated text, and the log-likelihood of the gold answer in its place.</summary>
    GenerateUntilAndLoglikelihood,
}
