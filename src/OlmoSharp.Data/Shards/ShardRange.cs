namespace OlmoSharp.Data.Shards;

/// <summary>Tokens [<paramref name="Start"/>, <paramref name="End"/>) of one shard, counted in that shard.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Start">First token.</param>
/// <param name="End">One past the last token.</param>
public readonly record struct ShardRange(TokenShard Shard, long Start, long End);
