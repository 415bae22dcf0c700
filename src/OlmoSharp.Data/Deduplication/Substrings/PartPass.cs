using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.SuffixArrays;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>
/// The second pass, part by part: writes the part's words (output 0) and, in the order of its suffix array, the places at which enough words of a document follow (output 1, u32).
/// </summary>
/// <param name="wordFiles">The words of all shards.</param>
/// <param name="countFiles">How many words the documents of each shard have.</param>
/// <param name="minWords">How many words are enough.</param>
internal sealed class PartPass(IReadOnlyList<string> wordFiles, IReadOnlyList<string> countFiles, int minWords)
{
    private const int BufferPlaces = 1 << 14;

    public void Run(ShardWork work, IReadOnlyList<WordSlice> slices)
    {
        var ranks = TokenRanks.Of(ReadWords(work, slices), out var different);
        work.Advance(0);
        var suffixes = new int[ranks.Length];
        SuffixArray.Build<int>(ranks, different, suffixes);
        work.Advance(0);
        var starts = FindStarts(slices, ranks.Length);
        var output = work.Output(1);
        var (buffer, count, total) = (new int[BufferPlaces], 0, 0L);
        foreach (var place in suffixes)
        {
            if ((starts[place >> 6] >> place & 1) != 0)
            {
                buffer[count++] = place;
                if (count == buffer.Length)
                {
                    Flush();
                }
            }
        }

        Flush();
        work.Count("words", ranks.Length);
        work.Count("starts", total);

        void Flush()
        {
            output.Write(MemoryMarshal.AsBytes(buffer.AsSpan(0, count)));
            total += count;
            count = 0;
        }
    }

    private WordToken[] ReadWords(ShardWork work, IReadOnlyList<WordSlice> slices)
    {
        var words = new WordToken[slices.Sum(slice => slice.Words)];
        foreach (var slice in slices)
        {
            using var file = new IntermediateFile(wordFiles[slice.Shard]);
            for (var done = 0; done < slice.Words;)
            {
                // A span of bytes has no more than 2³¹.
                var some = Math.Min(slice.Words - done, 1 << 20);
                var bytes = MemoryMarshal.AsBytes(words.AsSpan(slice.Place + done, some));
                file.Read(bytes, (slice.FirstWord + done) * WordToken.Bytes);
                work.Output(0).Write(bytes);
                done += some;
            }

            work.Advance(0);
        }

        return words;
    }

    /// <summary>A bit for every word, set where enough words of its document follow.</summary>
    private ulong[] FindStarts(IReadOnlyList<WordSlice> slices, int words)
    {
        var starts = new ulong[words / 64 + 1];
        foreach (var slice in slices)
        {
            var place = slice.Place;
            foreach (var count in WordParts.Counts(countFiles[slice.Shard]).Skip((int)slice.FirstDocument).Take(slice.Documents))
            {
                for (var word = 0; word + minWords <= count; word++)
                {
                    starts[(place + word) >> 6] |= 1UL << (place + word);
                }

                place += count;
            }
        }

        return starts;
    }
}
