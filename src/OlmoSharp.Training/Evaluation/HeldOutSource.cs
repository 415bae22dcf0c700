using OlmoSharp.Data.Shards;

namespace OlmoSharp.Training.Evaluation;

/// <summary>Held-out token shards with their name.</summary>
/// <param name="Name">Name in logs.</param>
/// <param name="Shards">The tokens.</param>
public sealed record HeldOutSource(string Name, TokenShardSet Shards);
