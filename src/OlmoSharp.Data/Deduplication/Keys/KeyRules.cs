using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Which keys are compared at all. Every rule stands for itself: none switches another off.</summary>
internal sealed class KeyRules(DedupeRules rules, ulong seed)
{
    private readonly ulong _partitions = rules.FilePartition ? 1 : (ulong)rules.NumPartitions;

    /// <summary>What a key is that the rules pass over, or <see cref="KeyKind.Whole"/>.</summary>
    public KeyKind Judge(ReadOnlySpan<byte> key) =>
        rules.SkipEmpty && UnicodeWords.IsWhiteSpace(key) ? KeyKind.Empty
        : rules.MinLength > 0 && (key.Length < rules.MinLength || CodePoints.CountIn(key) < rules.MinLength) ? KeyKind.TooShort
        : rules.MinWords > 0 && UnicodeWords.Count(key, rules.MinWords) < rules.MinWords ? KeyKind.TooFewWords
        : KeyKind.Whole;

    /// <summary>The hash of a key.</summary>
    public KeyHash Hash(ReadOnlySpan<byte> key) => KeyHash.Of(key, seed);

    /// <summary>Whether a key belongs to this run's partition.</summary>
    public bool IsOurs(KeyHash key) => _partitions == 1 || key.Low % _partitions == (ulong)rules.PartitionIndex;
}
