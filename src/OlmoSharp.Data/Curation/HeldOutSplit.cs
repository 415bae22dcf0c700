using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Curation;

/// <summary>
/// Splits documents into those to train on and those held out to measure with. Each source gives up documents in the order of a hash of their ids,
/// until the wanted part of its bytes is reached: the choice does not depend on the order of the documents, and hardly on which others there are.
/// </summary>
public sealed record HeldOutSplit
{
    /// <summary>Chooses other documents.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The part of each source's bytes to hold out, above 0 and below 1.</summary>
    public double Fraction { get; init; } = 0.01;

    /// <summary>The most bytes of text (UTF-8) to hold out of one source.</summary>
    public long MaxBytesPerSource { get; init; } = long.MaxValue;

    /// <summary>
    /// Splits documents; both parts keep their order. A document that would exceed the wanted bytes is passed over for the next, but every source
    /// of two or more documents has at least one held out: its first by hash among those no larger than the source's median.
    /// </summary>
    public (IReadOnlyList<Document> Train, IReadOnlyList<Document> HeldOut) Split(IReadOnlyList<Document> documents)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Fraction, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBytesPerSource);
        var heldOut = documents.GroupBy(document => document.Source, StringComparer.Ordinal).SelectMany(ChooseHeldOut).ToHashSet();
        var parts = documents.ToLookup(document => heldOut.Contains((document.Source, document.Id)));
        return ([.. parts[false]], [.. parts[true]]);
    }

    private IEnumerable<(string Source, string Id)> ChooseHeldOut(IEnumerable<Document> source)
    {
        var ordered = source
            .Select(document => (document.Source, document.Id, Bytes: (long)Encoding.UTF8.GetByteCount(document.Text)))
            .OrderBy(document => Hash(document.Source, document.Id))
            .ThenBy(document => document.Id, StringComparer.Ordinal)
            .ToList();
        var total = ordered.Sum(document => document.Bytes);
        var wanted = Math.Min(MaxBytesPerSource, (long)(Fraction * total));
        var chosen = new List<(string, string)>();
        foreach (var (name, id, bytes) in ordered)
        {
            if (bytes <= wanted)
            {
                wanted -= bytes;
                chosen.Add((name, id));
            }
        }

        if (chosen.Count == 0 && ordered.Count > 1)
        {
            var median = ordered.Select(document => document.Bytes).Order().ElementAt((ordered.Count - 1) / 2);
            var first = ordered.First(document => document.Bytes <= median);
            chosen.Add((first.Source, first.Id));
        }

        return chosen;
    }

    private UInt128 Hash(string source, string id) =>
        XxHash128.HashToUInt128(MemoryMarshal.AsBytes($"{source}\0{id}".AsSpan()), Seed);
}
