namespace OlmoSharp.Data.Mixing;

/// <summary>What a mix did, the same on every process of its group.</summary>
/// <param name="Streams">What became of each stream, in the order of the config.</param>
/// <param name="Shards">How many files hold the mix.</param>
/// <param name="Skipped">How many tasks were finished before.</param>
/// <param name="Quarantined">Lines that were no documents and went to quarantine.</param>
public sealed record MixResult(IReadOnlyList<MixStreamResult> Streams, int Shards, int Skipped, long Quarantined);
