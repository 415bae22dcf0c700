using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The fourth pass, part by part: writes a bit for every word, set where a window begins that occurs earlier (output 0).</summary>
/// <param name="cellFiles">What the third pass found.</param>
/// <param name="parts">How many parts there are.</param>
internal sealed class MarkPass(IReadOnlyList<string> cellFiles, int parts)
{
    public void Run(ShardWork work, int part, int words)
    {
        var marks = new byte[(words + 7) / 8];
        foreach (var path in cellFiles)
        {
            foreach (var place in SectionFile.Read<int>(path, part, parts))
            {
                marks[place >> 3] |= (byte)(1 << (place & 7));
            }

            work.Advance(0);
        }

        work.Output(0).Write(marks);
    }
}
