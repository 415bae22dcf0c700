using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.HeldOut;

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

    /// <summary>Splits the documents of a folder; both parts keep their order, and are folders as <see cref="DocumentFolder.Write"/> makes them.</summary>
    /// <param name="input">The folder that holds <c>documents/</c>.</param>
    /// <param name="train">The folder for the documents to train on.</param>
    /// <param name="heldOut">The folder for those to measure with.</param>
    /// <param name="progress">Called with the documents read so far; each is read three times.</param>
    /// <exception cref="DataException">There are no documents, a file is damaged, or the disk refuses.</exception>
    public (IReadOnlyList<DocumentShard> Train, IReadOnlyList<DocumentShard> HeldOut) Split(string input, string train, string heldOut, Action<long>? progress = null)
    {
        long read = 0;
        var chosen = Choose(Documents());
        return (
            DocumentFolder.Write(train, Documents().Where(document => !chosen.Contains((document.Source, document.Id)))),
            DocumentFolder.Write(heldOut, Documents().Where(document => chosen.Contains((document.Source, document.Id)))));

        IEnumerable<Document> Documents() => DocumentFolder.Read(input).Select(document =>
        {
            progress?.Invoke(++read);
            return document;
        });
    }

    /// <summary>
    /// Chooses the documents to hold out. One that would exceed the wanted bytes is passed over for the next, but every source
    /// of two or more documents has at least one held out: its first by hash among those no larger than the source's median.
    /// </summary>
    /// <param name="documents">All documents; of each, only source, id and length are kept.</param>
    public IReadOnlySet<(string Source, string Id)> Choose(IEnumerable<Document> documents)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Fraction, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBytesPerSource);
        return documents.Select(document => (document.Source, document.Id, Bytes: (long)Encoding.UTF8.GetByteCount(document.Text)))
            .GroupBy(document => document.Source, StringComparer.Ordinal).SelectMany(ChooseHeldOut).ToHashSet();
    }

    private IEnumerable<(string Source, string Id)> ChooseHeldOut(IEnumerable<(string Source, string Id, long Bytes)> source)
    {
        var ordered = source
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
