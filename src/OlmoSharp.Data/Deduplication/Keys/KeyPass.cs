using System.Text;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.MinHash;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>
/// The first pass over a document file: writes its keys' hashes (output 0), its outline (output 1) and, where documents are kept, its identifiers (output 2). Of near-duplicates
/// there may also be the texts' lengths (output 3) and the signatures (output 4), which stay empty where nobody needs them.
/// </summary>
/// <param name="rules">What is compared.</param>
/// <param name="seed">The seed of the hash.</param>
/// <param name="cellBits">The binary logarithm of the number of cells.</param>
/// <param name="keepsDocuments">Whether it must be known later which document a key came from.</param>
/// <param name="passesOverBrokenLines">Whether lines that are no documents are left out; they go to quarantine in the last pass.</param>
internal sealed class KeyPass(DedupeRules rules, ulong seed, int cellBits, bool keepsDocuments, bool passesOverBrokenLines)
{
    public void Run(ShardWork work)
    {
        using var reader = new DocumentScanner(work.Task.Inputs[0], passesOverBrokenLines ? new QuarantineFile(Stream.Null) : null);
        var keys = new KeyWriter(work.Output(0), work.Output(1), cellBits, keepsDocuments);
        var ids = keepsDocuments ? new DocumentIdFile.Writer(work.Output(2)) : null;
        var source = Source(work);
        var view = new DocumentView();
        long documents = 0;
        while (reader.Read(view))
        {
            try
            {
                source.Write(view, keys);
            }
            catch (FormatException error)
            {
                throw reader.At(error);
            }

            ids?.Add(view.Id);
            documents++;
            keys.Document = documents <= uint.MaxValue ? (uint)documents : throw new DataException($"{work.Task.Inputs[0]}: has more than 2^32 documents. Divide the file.");
            work.Advance(1);
        }

        keys.Complete();
        ids?.Complete();
        work.Count("documents", documents);
    }

    private KeySource Source(ShardWork work)
    {
        var keyRules = new KeyRules(rules, seed);
        if (rules.MinHash is { } minHash)
        {
            return new MinHashKeys(minHash, keyRules, minHash.Keep == ClusterKeep.Longest ? work.Output(3) : null, minHash.Threshold > 0 ? work.Output(4) : null);
        }

        if (rules.Paragraphs is not { } paragraphs)
        {
            return new DocumentKeys(rules.Documents!, rules.SkipEmpty, keyRules);
        }

        var separator = Encoding.UTF8.GetBytes(paragraphs.ParagraphSeparator);
        return rules.NGrams is { } ngrams ? new NGramKeys(separator, ngrams, keyRules) : new ParagraphKeys(separator, keyRules);
    }
}
