namespace OlmoSharp.Data.Shards;

/// <summary>Where one training instance came from.</summary>
public sealed record InstanceOrigin
{
    /// <summary>Name of the source.</summary>
    public required string Source { get; init; }

    /// <summary>Index of the instance in the source: its tokens start at index × sequence length of the source's stream.</summary>
    public required long Instance { get; init; }

    /// <summary>How often the whole source had been gone through before.</summary>
    public required long Pass { get; init; }

    /// <summary>The token ranges of shard files that it is made of, in order: one, unless it crosses from a shard to the next.</summary>
    public required IReadOnlyList<ShardRange> Ranges { get; init; }

    /// <summary>The documents it holds, whole or in part, in order.</summary>
    public required IReadOnlyList<InstanceDocument> Documents { get; init; }
}

/// <summary>A document, or the part of it, in a training instance.</summary>
/// <param name="Document">The whole document.</param>
/// <param name="Start">Where its tokens begin in the instance.</param>
/// <param name="End">One past where they end in the instance.</param>
public sealed record InstanceDocument(ShardDocument Document, int Start, int End);
