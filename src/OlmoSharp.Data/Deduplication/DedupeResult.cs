using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication;

/// <summary>What a dedupe did, the same on every process.</summary>
/// <param name="Job">The shards and their counts.</param>
/// <param name="Memory">Bytes that hashes could take at most, all threads of a process together.</param>
/// <param name="Bloom">The size of the filter; null: keys were compared exactly.</param>
/// <param name="BloomKeys">How many keys are in it.</param>
public sealed record DedupeResult(JobResult Job, long Memory, BloomParameters? Bloom, long BloomKeys);
