using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The marks of a shard's words, in the order of the text.</summary>
internal sealed class ShardMarks
{
    private readonly byte[] _marks;
    private long _next;

    /// <param name="markFiles">The marks of all parts.</param>
    /// <param name="slices">The shard's slices, in order.</param>
    public ShardMarks(IReadOnlyList<string> markFiles, IReadOnlyList<WordSlice> slices)
    {
        Words = slices.Sum(slice => (long)slice.Words);
        _marks = new byte[(Words + 7) / 8];
        long word = 0;
        foreach (var slice in slices)
        {
            using var file = new IntermediateFile(markFiles[slice.Part]);
            var first = slice.Place / 8;
            var bytes = new byte[(slice.Place + slice.Words + 7) / 8 - first];
            file.Read(bytes, first);
            for (var i = 0; i < slice.Words; i++, word++)
            {
                var place = slice.Place + i;
                _marks[word >> 3] |= (byte)((bytes[(place >> 3) - first] >> (place & 7) & 1) << (int)(word & 7));
            }
        }
    }

    /// <summary>How many words the shard has.</summary>
    public long Words { get; }

    /// <summary>Whether all were read.</summary>
    public bool IsAtEnd => _next == Words;

    /// <summary>Whether a window begins with the next word that occurs earlier.</summary>
    public bool Next()
    {
        var word = _next++;
        return (_marks[word >> 3] >> (int)(word & 7) & 1) != 0;
    }
}
