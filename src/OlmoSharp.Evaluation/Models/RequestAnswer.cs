namespace OlmoSharp.Evaluation.Models;

/// <summary>What a model answered to a request.</summary>
public sealed record RequestAnswer
{
    /// <summary>The natural logarithm of the continuation's probability; null where none was asked for.</summary>
    public double? LogLikelihood { get; init; }

    /// <summary>Tokens of the continuation.</summary>
    public int ScoredTokens { get; init; }

    /// <summary>Whether greedy decoding would have given the continuation; null where it is not known.</summary>
    public bool? IsGreedy { get; init; }

    /// <summary>The generated text; null where none was asked for.</summary>
    public string? Text { get; init; }

    /// <summary>Why the text ended: <c>stop</c> or <c>length</c>.</summary>
    public string? Finish { get; init; }

    /// <summary>Tokens of the generated text.</summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Tokens of the context, after truncation; 0 where it is not known.</summary>
    public int ContextTokens { get; init; }

    /// <summary>Tokens of the context's beginning that were left out because the whole was too long.</summary>
    public int DroppedTokens { get; init; }

    /// <summary>Why there is no answer; null where there is one.</summary>
    public string? Failure { get; init; }

    /// <summary>An answer that could not be had.</summary>
    public static RequestAnswer Failed(string reason) => new() { Failure = reason };
}
