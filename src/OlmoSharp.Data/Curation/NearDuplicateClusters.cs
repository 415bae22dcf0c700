using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Curation;

/// <summary>Joins documents into clusters of near-duplicates by their MinHash signatures.</summary>
internal sealed class NearDuplicateClusters
{
    private readonly int[] _parents;

    /// <summary>Builds the clusters: bands give candidate pairs, signatures confirm them, and confirmed pairs join their clusters.</summary>
    /// <param name="signatures">A signature for each document; null for one that is like no other.</param>
    /// <param name="options">Bands, rows and threshold.</param>
    public NearDuplicateClusters(IReadOnlyList<uint[]?> signatures, MinHashOptions options)
    {
        _parents = [.. Enumerable.Range(0, signatures.Count)];
        for (var band = 0; band < options.Bands; band++)
        {
            var buckets = new Dictionary<UInt128, List<int>>();
            for (var document = 0; document < signatures.Count; document++)
            {
                if (signatures[document] is not { } signature)
                {
                    continue;
                }

                var rows = signature.AsSpan(band * options.Rows, options.Rows);
                var key = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(rows));
                ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(buckets, key, out _);
                bucket ??= [];
                foreach (var other in bucket)
                {
                    if (Find(other) != Find(document) && MinHasher.Similarity(signature, signatures[other]) >= options.Threshold)
                    {
                        _parents[Find(document)] = Find(other);
                    }
                }

                bucket.Add(document);
            }
        }
    }

    /// <summary>A number that the documents of one cluster share.</summary>
    public int Find(int document)
    {
        while (_parents[document] != document)
        {
            _parents[document] = _parents[_parents[document]];
            document = _parents[document];
        }

        return document;
    }
}
