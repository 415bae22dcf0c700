namespace OlmoSharp.Analysis.Parity;

/// <summary>The files of one sequence.</summary>
/// <param name="File">Its logits: raw little-endian float32.</param>
/// <param name="Shape">[tokens, vocabulary].</param>
/// <param name="MeanCrossEntropy">Mean of −ln p(token | tokens before it) over all tokens but the first, in nats; null where there is one token only.</param>
/// <param name="RouterFiles">The router logits of each sparse layer, first to last, where they were asked for.</param>
/// <param name="RouterShape">[tokens, experts] of each of them.</param>
public sealed record SequenceLogits(
    string File, IReadOnlyList<long> Shape, double? MeanCrossEntropy, IReadOnlyList<string> RouterFiles, IReadOnlyList<long>? RouterShape);
