namespace OlmoSharp.Data.Tokens;

/// <summary>What <see cref="TokensJob"/> did.</summary>
public sealed record TokensResult
{
    /// <summary>How many shards there are.</summary>
    public required int Shards { get; init; }

    /// <summary>How many of them were finished before.</summary>
    public required int Skipped { get; init; }

    /// <summary>Documents in the shards.</summary>
    public required long Documents { get; init; }

    /// <summary>Documents without text, which are in no shard.</summary>
    public required long Empty { get; init; }

    /// <summary>Tokens in the shards, those that begin and end documents included.</summary>
    public required long Tokens { get; init; }

    /// <summary>Bytes of UTF-8 of the documents' text, without white space around it.</summary>
    public required long TextBytes { get; init; }

    /// <summary>Documents rewritten for filling in the middle.</summary>
    public required long Rewritten { get; init; }

    /// <summary>Lines in quarantine.</summary>
    public required long Quarantined { get; init; }
}
