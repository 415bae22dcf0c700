using OlmoSharp.Data.Deduplication.Bloom;

namespace OlmoSharp.Data.Deduplication;

/// <summary>What a dedupe would do.</summary>
/// <param name="Inputs">The document files, in the order in which they are compared.</param>
/// <param name="Set">The name of the attribute set.</param>
/// <param name="Attribute">The name of the attribute.</param>
/// <param name="Memory">Bytes that hashes could take at most, all threads of a process together.</param>
/// <param name="Bloom">The size of the filter; null: keys are compared exactly.</param>
/// <param name="BloomKeys">How many keys are in the filter.</param>
public sealed record DedupePlan(IReadOnlyList<string> Inputs, string Set, string Attribute, long Memory, BloomParameters? Bloom, long BloomKeys);
