using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The embedding of an input.</summary>
/// <param name="Index">The input's number.</param>
/// <param name="Embedding">The numbers.</param>
internal sealed record EmbeddingItem(int Index, [property: JsonConverter(typeof(EmbeddingConverter))] EmbeddingVector Embedding)
{
    /// <summary>What this is.</summary>
    public string Object { get; } = "embedding";
}
