using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>What Gopher's rules ask of a text's lines.</summary>
/// <param name="ignoreEmpty">Whether lines end at any number of <c>\n</c>, or at each.</param>
internal sealed class LineStatistics(bool ignoreEmpty)
{
    private readonly HashCounts _counts = new();
    private int[] _slots = [];
    private int[] _lengths = [];

    /// <summary>Lines.</summary>
    public int Count { get; private set; }

    /// <summary>Lines whose first character is <c>*</c> or <c>-</c>.</summary>
    public int StartingWithBullet { get; private set; }

    /// <summary>Lines whose last character is <c>…</c>.</summary>
    public int EndingWithEllipsis { get; private set; }

    /// <summary>Lines that occur more than once, every copy of them.</summary>
    public int Duplicate { get; private set; }

    /// <summary>Code points of these.</summary>
    public long DuplicateCharacters { get; private set; }

    /// <summary>Measures a text.</summary>
    public void Measure(PaddedText text, TextScan scan)
    {
        (Count, StartingWithBullet, EndingWithEllipsis, Duplicate, DuplicateCharacters) = (0, 0, 0, 0, 0);
        if (_slots.Length < scan.LineCount)
        {
            _slots = new int[Math.Max(scan.LineCount, 2 * _slots.Length)];
            _lengths = new int[_slots.Length];
        }

        _counts.Reset(scan.LineCount);
        for (var i = 0; i < scan.LineCount; i++)
        {
            // Where runs of \n end lines, the text's start and end may still have an empty one.
            var line = scan.Line(i);
            if (line.Start == line.End && ignoreEmpty && i > 0 && i < scan.LineCount - 1)
            {
                continue;
            }

            var bytes = text.Span[line.Start..line.End];
            StartingWithBullet += bytes is [(byte)'*' or (byte)'-', ..] ? 1 : 0;
            EndingWithEllipsis += bytes is [.., 0xE2, 0x80, 0xA6] ? 1 : 0;
            _lengths[Count] = line.CodePoints;
            _slots[Count++] = _counts.Add(TextHash.Of(text, line.Start, line.End), i);
        }

        for (var i = 0; i < Count; i++)
        {
            if (_counts.Count(_slots[i]) > 1)
            {
                Duplicate++;
                DuplicateCharacters += _lengths[i];
            }
        }
    }
}
