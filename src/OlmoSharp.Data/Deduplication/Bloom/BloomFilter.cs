using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>
/// A set of keys that may take a key for one of its own with a known small probability, but never misses one. Its hash (XXH128) and its file
/// are the same on every machine.
/// </summary>
public sealed class BloomFilter
{
    private readonly BloomSegment[] _segments;
    private readonly int _segmentBits;
    private HashSet<BloomContribution> _contributions = [];

    /// <summary>An empty filter.</summary>
    /// <param name="parameters">Its size.</param>
    public BloomFilter(BloomParameters parameters)
    {
        Parameters = parameters;
        _segments = [.. Enumerable.Range(0, parameters.Segments).Select(_ => new BloomSegment(parameters))];
        _segmentBits = System.Numerics.BitOperations.Log2((uint)parameters.Segments);
    }

    /// <summary>Its size.</summary>
    public BloomParameters Parameters { get; }

    /// <summary>How many keys were added that did not seem to be there; in a merged filter the sum of the parts, which is too high where they overlap.</summary>
    public long Keys { get; private set; }

    /// <summary>Whether a key was added, or seems to have been.</summary>
    /// <param name="key">Its bytes.</param>
    public bool Contains(ReadOnlySpan<byte> key) => Contains(KeyHash.Of(key, Parameters.Seed));

    /// <summary>Whether a key was added, or seems to have been.</summary>
    /// <param name="hash">Its hash with the filter's seed.</param>
    internal bool Contains(KeyHash hash) => _segments[hash.Cell(_segmentBits)].Contains(hash);

    /// <summary>Adds a key.</summary>
    /// <param name="key">Its bytes.</param>
    /// <returns>Whether it was there, or seemed to be.</returns>
    public bool Add(ReadOnlySpan<byte> key)
    {
        var hash = KeyHash.Of(key, Parameters.Seed);
        var was = _segments[hash.Cell(_segmentBits)].Add(hash);
        Keys += was ? 0 : 1;
        return was;
    }

    /// <summary>Adds all that is in another filter.</summary>
    /// <param name="other">A filter of the same parameters.</param>
    /// <exception cref="DataException">The parameters differ.</exception>
    public void Merge(BloomFilter other)
    {
        CheckSame(other.Parameters, "the other");
        for (var i = 0; i < _segments.Length; i++)
        {
            _segments[i].Merge(other._segments[i]);
        }

        Add(other.Keys, other._contributions);
    }

    /// <summary>Adds all that is in a filter's file, a segment at a time, so that it takes little memory. After an error the filter holds a part of it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">Its parameters differ, or it is no filter of ours, damaged, truncated, or cannot be read.</exception>
    public void Merge(string path)
    {
        var header = BloomFilterHeader.Read(path);
        CheckSame(header.Parameters, path);
        var theirs = new BloomSegment(Parameters);
        for (var i = 0; i < _segments.Length; i++)
        {
            header.ReadSegment(path, i, theirs);
            _segments[i].Merge(theirs);
        }

        Add(header.Keys, header.Contributions);
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="DataException">The file is no filter of ours, damaged, truncated, or cannot be read.</exception>
    public static BloomFilter Load(string path)
    {
        var header = BloomFilterHeader.Read(path);
        var filter = new BloomFilter(header.Parameters) { Keys = header.Keys, _contributions = [.. header.Contributions] };
        for (var i = 0; i < filter._segments.Length; i++)
        {
            header.ReadSegment(path, i, filter._segments[i]);
        }

        return filter;
    }

    /// <summary>Writes the filter; the file gets its name once it is whole.</summary>
    /// <param name="path">Its file.</param>
    /// <exception cref="DataException">The disk refuses.</exception>
    public void Save(string path)
    {
        try
        {
            using var file = new AtomicFile(path);
            var header = new BloomFilterHeader
            {
                Parameters = Parameters,
                Keys = Keys,
                Contributions = [.. _contributions.Order(ContributionOrder)],
                SegmentHashes = [.. _segments.Select(segment => segment.Hash())],
            };
            file.Stream.Write(header.ToBytes());
            foreach (var segment in _segments)
            {
                segment.WriteTo(file.Stream);
            }

            file.Complete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    private void CheckSame(BloomParameters other, string name)
    {
        if (other != Parameters)
        {
            throw new DataException($"{name}: a Bloom filter of {other} cannot be merged with one of {Parameters}. Make both with the same size, hashes and seed.");
        }
    }

    private void Add(long keys, IEnumerable<BloomContribution> contributions)
    {
        Keys += keys;
        _contributions.UnionWith(contributions);
    }

    /// <summary>The order of contributions in a file.</summary>
    internal static IComparer<BloomContribution> ContributionOrder { get; } =
        Comparer<BloomContribution>.Create((a, b) => (a.Content, a.Job).CompareTo((b.Content, b.Job)));
}
