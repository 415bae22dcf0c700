using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>Says of the keys of one cell, in their order, which occurred before.</summary>
internal interface ICellResolver
{
    /// <summary>How often the keys must be gone through; each time the verdicts on some of them come.</summary>
    int Passes { get; }

    /// <summary>How many keys were seen for the first time.</summary>
    long Fresh { get; }

    /// <summary>Begins to go through the keys.</summary>
    void Begin(int pass);

    /// <summary>Looks at the next keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="shard">The number of the file they are from.</param>
    /// <param name="documents">The numbers of their documents, if first occurrences are kept.</param>
    /// <param name="verdicts">Becomes 1 for a key that occurred before; else stays as it is.</param>
    /// <param name="firsts">The first occurrence of such a key, if they are kept.</param>
    void Resolve(ReadOnlySpan<KeyHash> keys, uint shard, ReadOnlySpan<uint> documents, Span<byte> verdicts, Span<KeyOrigin> firsts);
}
