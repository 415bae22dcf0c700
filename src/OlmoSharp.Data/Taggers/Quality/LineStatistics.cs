using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>What Gopher's rules ask of a text's lines.</summary>
/// <param name="ignoreEmpty">Whether lines end at any number of <c>\n</c>, or at each.</param>
internal sealed class LineStatistics(bool ignoreEmpty)
{
    private readonly HashCounts _counts = new();

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
            Count++;

            // Every copy counts: the second brings the first along.
            ref readonly var copies = ref _counts.Add(TextHash.Of(text, line.Start, line.End), i);
            var added = copies.Times switch { 1 => 0, 2 => 2, _ => 1 };
            Duplicate += added;
            DuplicateCharacters += added * line.CodePoints;
        }
    }
}
