using System.Runtime.InteropServices;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The first pass over a document file: writes its words (output 0, <see cref="WordToken"/>s) and how many of them each document has (output 1, u32).</summary>
/// <param name="passesOverBrokenLines">Whether lines that are no documents are left out; they go to quarantine in the last pass.</param>
internal sealed class WordPass(bool passesOverBrokenLines)
{
    public void Run(ShardWork work)
    {
        using var reader = new DocumentScanner(work.Task.Inputs[0], passesOverBrokenLines ? new QuarantineFile(Stream.Null) : null);
        var (words, counts) = (work.Output(0), work.Output(1));
        var tokens = new List<WordToken>();
        var view = new DocumentView();
        long documents = 0;
        while (reader.Read(view))
        {
            tokens.Clear();
            WordToken.AddAll(view.Text, tokens);
            words.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(tokens)));
            counts.Write(BitConverter.GetBytes(tokens.Count));
            documents++;
            work.Advance(1);
        }

        work.Count("documents", documents);
    }
}
