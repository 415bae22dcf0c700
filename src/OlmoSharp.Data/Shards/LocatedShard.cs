namespace OlmoSharp.Data.Shards;

/// <summary>A token file that a path led to, and what a side-car says of it.</summary>
/// <param name="Path">Path of the token file.</param>
/// <param name="Manifest">Its side-car, or null.</param>
/// <param name="Entry">Its entry there, or null.</param>
internal sealed record LocatedShard(string Path, ShardManifest? Manifest, ShardEntry? Entry);
