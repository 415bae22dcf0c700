namespace OlmoSharp.Evaluation.Requests;

/// <summary>A text that comes as ids, of a token shard.</summary>
/// <param name="Ids">The ids, of the model's own tokenizer.</param>
/// <param name="ByteCount">Bytes of what they decode to, which need not be valid UTF-8 where a long document was cut.</param>
public sealed record TokenizedText(IReadOnlyList<int> Ids, int ByteCount);
