namespace OlmoSharp.Data.Tokens;

/// <summary>A part of a shard that is brought in order in memory.</summary>
/// <param name="First">The key of its first document.</param>
/// <param name="Last">The key of its last document.</param>
/// <param name="Documents">How many documents it has.</param>
/// <param name="Bytes">Bytes of them, ids included.</param>
internal sealed record ShardPart(ulong First, ulong Last, long Documents, long Bytes);
