namespace OlmoSharp.Evaluation.Requests;

/// <summary>A request as token ids.</summary>
/// <param name="Tokens">The context's ids and then the continuation's, after truncation.</param>
/// <param name="ContextLength">How many of them are the context's.</param>
/// <param name="Dropped">How many ids of the beginning were left out because the whole was too long.</param>
public sealed record EncodedRequest(IReadOnlyList<int> Tokens, int ContextLength, int Dropped)
{
    /// <summary>How many ids are scored.</summary>
    public int ContinuationLength => Tokens.Count - ContextLength;
}
