namespace OlmoSharp.Data.Shards;

/// <summary>Where one document lies in a shard and where it came from.</summary>
/// <param name="Shard">The shard that holds it.</param>
/// <param name="Start">Its first token in that shard.</param>
/// <param name="End">One past its last token (its end-of-text id) in that shard.</param>
/// <param name="Id">Its id; empty when the offsets file has none.</param>
/// <param name="SourceFile">The file it was read from; empty when the offsets file names none.</param>
/// <param name="Line">Its 1-based line in that file; 0 when the offsets file has none.</param>
public sealed record ShardDocument(TokenShard Shard, long Start, long End, string Id, string SourceFile, long Line);
