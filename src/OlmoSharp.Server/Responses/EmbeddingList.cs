namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/v1/embeddings</c>.</summary>
/// <param name="Data">An embedding for each input.</param>
/// <param name="Model">The model.</param>
/// <param name="Usage">Tokens of the inputs.</param>
internal sealed record EmbeddingList(IReadOnlyList<EmbeddingItem> Data, string Model, EmbeddingUsage Usage)
{
    /// <summary>What this is.</summary>
    public string Object { get; } = "list";
}
