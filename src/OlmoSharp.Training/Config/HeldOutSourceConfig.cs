namespace OlmoSharp.Training.Config;

/// <summary>Held-out text of one kind.</summary>
public sealed record HeldOutSourceConfig
{
    /// <summary>Name in logs.</summary>
    public required string Name { get; init; }

    /// <summary>Token shards: a folder, a file or a pattern.</summary>
    public required string Shards { get; init; }
}
