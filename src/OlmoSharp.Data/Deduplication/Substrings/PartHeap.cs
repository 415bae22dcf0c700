namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>Merges parts: always the part with the least window comes first, of equal ones that with the lower number.</summary>
internal sealed class PartHeap
{
    private readonly IReadOnlyList<SortedPart> _parts;
    private readonly int[] _heap;

    public PartHeap(IReadOnlyList<SortedPart> parts)
    {
        _parts = parts;
        _heap = [.. Enumerable.Range(0, parts.Count).Where(part => !parts[part].IsAtEnd)];
        Count = _heap.Length;
        for (var i = Count / 2 - 1; i >= 0; i--)
        {
            Sink(i);
        }
    }

    /// <summary>How many parts have windows left.</summary>
    public int Count { get; private set; }

    /// <summary>The number of the part with the least window.</summary>
    public int First => _heap[0];

    /// <summary>Passes over the least window.</summary>
    public void MoveNext()
    {
        _parts[First].MoveNext();
        if (_parts[First].IsAtEnd)
        {
            _heap[0] = _heap[--Count];
        }

        Sink(0);
    }

    private void Sink(int at)
    {
        for (var child = 2 * at + 1; child < Count; child = 2 * at + 1)
        {
            if (child + 1 < Count && IsLess(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsLess(_heap[child], _heap[at]))
            {
                return;
            }

            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }

    private bool IsLess(int first, int second)
    {
        var one = _parts[first].Window;
        var other = _parts[second].Window;
        var common = one.CommonPrefixLength(other);
        return common == one.Length ? first < second : one[common] < other[common];
    }
}
