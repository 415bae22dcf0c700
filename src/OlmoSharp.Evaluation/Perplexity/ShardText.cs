using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>A document of a token shard.</summary>
/// <param name="Place">The shard and the document's first token in it, for messages.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Text">What its ids decode to.</param>
/// <param name="Tokens">Its ids.</param>
internal sealed record ShardText(string Place, string Id, string Text, TokenizedText Tokens);
