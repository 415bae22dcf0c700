namespace OlmoSharp.Data.Shards;

/// <summary>What a reader of token shards expects and checks.</summary>
public sealed record TokenShardSetOptions
{
    /// <summary>SHA-256 of the tokenizer that the shards must have been made with, or null to accept any (all shards still agree on one).</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>The type of the tokens of shards without a side-car, as Dolma writes them; null refuses such shards.</summary>
    public TokenType? TypeWithoutSideCar { get; init; }

    /// <summary>Whether opening recomputes the checksum of every file.</summary>
    public bool VerifyHashes { get; init; }
}
