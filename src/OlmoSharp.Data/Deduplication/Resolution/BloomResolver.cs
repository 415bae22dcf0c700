using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>Looks hashes up in a segment of a Bloom filter, and adds them to it unless it is only read.</summary>
internal sealed class BloomResolver(BloomSegment segment, bool isReadOnly) : ICellResolver
{
    public int Passes => 1;

    public long Fresh { get; private set; }

    public void Begin(int pass)
    {
    }

    public void Resolve(ReadOnlySpan<KeyHash> keys, uint shard, ReadOnlySpan<uint> documents, Span<byte> verdicts, Span<KeyOrigin> firsts) =>
        Fresh += segment.Resolve(keys, verdicts, isReadOnly);
}
