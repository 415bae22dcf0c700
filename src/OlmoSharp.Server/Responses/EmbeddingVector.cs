namespace OlmoSharp.Server.Responses;

/// <summary>An embedding and how it is written.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="IsBase64">As base64 of little-endian float32, not as a list of numbers.</param>
internal readonly record struct EmbeddingVector(IReadOnlyList<float> Values, bool IsBase64);
