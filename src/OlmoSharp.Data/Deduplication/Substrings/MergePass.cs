using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>
/// The third pass, cell by cell: merges the sorted windows of all parts, so that equal ones stand together, and writes for each part where those begin that occur earlier (output 0,
/// a <see cref="SectionFile"/> of u32).
/// </summary>
internal sealed class MergePass
{
    public required IReadOnlyList<string> WordFiles { get; init; }

    public required IReadOnlyList<string> PlaceFiles { get; init; }

    public required int MinWords { get; init; }

    /// <summary>The binary logarithm of the number of cells.</summary>
    public required int CellBits { get; init; }

    public void Run(ShardWork work, int cell)
    {
        List<SortedPart> parts = [];
        try
        {
            for (var part = 0; part < WordFiles.Count; part++)
            {
                parts.Add(new SortedPart(new MappedItems<ulong>(WordFiles[part]), new MappedItems<int>(PlaceFiles[part]), MinWords));
                parts[part].Begin(cell, CellBits);
            }

            Merge(work, parts);
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    private void Merge(ShardWork work, List<SortedPart> parts)
    {
        var found = parts.Select(_ => new List<int>()).ToArray();
        var heap = new PartHeap(parts);
        List<(int Part, int Place)> equal = [];
        for (long steps = 0; heap.Count > 0; steps++)
        {
            var part = heap.First;
            if (equal.Count > 0 && !parts[equal[0].Part].WindowAt(equal[0].Place).SequenceEqual(parts[part].Window))
            {
                AddLater(equal, found);
                equal.Clear();
            }

            equal.Add((part, parts[part].Place));
            heap.MoveNext();
            if (steps % (1 << 16) == 0)
            {
                work.Advance(0);
            }
        }

        AddLater(equal, found);
        var writer = new SectionFile.Writer(work.Output(0));
        foreach (var places in found)
        {
            writer.BeginSection();
            writer.Add<int>(CollectionsMarshal.AsSpan(places));
        }

        writer.Complete();
    }

    /// <summary>Of equal windows, those that are not the first and do not overlap it.</summary>
    private void AddLater(List<(int Part, int Place)> equal, List<int>[] found)
    {
        if (equal.Count < 2)
        {
            return;
        }

        var first = equal.Min();
        foreach (var (part, place) in equal)
        {
            if (part != first.Part || place - first.Place >= MinWords)
            {
                found[part].Add(place);
            }
        }
    }
}
