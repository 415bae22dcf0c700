namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The windows of a part in their order, those of one cell. A window is a number of words and what stands between them.</summary>
/// <param name="words">The part's words, each two numbers: the word and what follows it.</param>
/// <param name="places">Where the windows begin.</param>
/// <param name="minWords">How many words a window has.</param>
internal sealed class SortedPart(MappedItems<ulong> words, MappedItems<int> places, int minWords) : IDisposable
{
    private int _next;
    private int _end;

    /// <summary>Whether there is a window left.</summary>
    public bool IsAtEnd => _next == _end;

    /// <summary>Where the next window begins.</summary>
    public int Place => places.Span[_next];

    /// <summary>What is compared of the next window.</summary>
    public ReadOnlySpan<ulong> Window => WindowAt(Place);

    /// <summary>What is compared of the window at a place: all but what follows the last word.</summary>
    public ReadOnlySpan<ulong> WindowAt(int place) => words.Span.Slice(2 * place, 2 * minWords - 1);

    /// <summary>Goes to the first window of a cell: the cell is the first bits of the first word.</summary>
    public void Begin(int cell, int cellBits)
    {
        _next = First(cell, cellBits);
        _end = First(cell + 1, cellBits);
    }

    public void MoveNext() => _next++;

    /// <inheritdoc/>
    public void Dispose()
    {
        words.Dispose();
        places.Dispose();
    }

    private int First(int cell, int cellBits)
    {
        var (low, high) = (0, places.Span.Length);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var isBefore = (int)(words.Span[2 * places.Span[middle]] >> 32 >> (32 - cellBits)) < cell;
            (low, high) = isBefore ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
