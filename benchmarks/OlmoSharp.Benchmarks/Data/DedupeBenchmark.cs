using OlmoSharp.Data.Deduplication;
using OlmoSharp.Data.Deduplication.Config;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>All passes of a dedupe together, from document files to attribute files.</summary>
internal static class DedupeBenchmark
{
    private static readonly DedupeRules Paragraphs = new() { Paragraphs = new() { AttributeName = "duplicate" } };

    public static void Bloom(DataCorpus corpus) => Run(corpus, Paragraphs, Filter(corpus, 5_000_000));

    public static void Exact(DataCorpus corpus) => Run(corpus, Paragraphs, null);

    public static void Documents(DataCorpus corpus) => Run(corpus, new() { Documents = new() { AttributeName = "duplicate", Key = "$.text" } }, null);

    public static void NearDocuments(DataCorpus corpus) => Run(corpus, new() { MinHash = new() { AttributeName = "duplicate" } }, null);

    public static void Parts(DataCorpus corpus) => Run(corpus, new() { Substring = new() { AttributeName = "duplicate" } }, null);

    public static void NGrams(DataCorpus corpus) =>
        Run(corpus, new() { Paragraphs = new() { AttributeName = "duplicate", ByNgram = new() { NgramLength = 13, OverlapThreshold = 0.8 } } }, Filter(corpus, 20_000_000));

    private static BloomFilterConfig Filter(DataCorpus corpus, long keys) =>
        new() { File = corpus.At("filter.bloom"), EstimatedDocCount = keys, DesiredFalsePositiveRate = 1e-6 };

    private static void Run(DataCorpus corpus, DedupeRules rules, BloomFilterConfig? filter)
    {
        var result = new DedupeJob(new DedupeConfig { Documents = [corpus.At("documents")], Dedupe = rules with { Name = "benchmark" }, BloomFilter = filter }).Run();
        if (result.Job.Totals["bytes"] != corpus.TextBytes)
        {
            throw new InvalidOperationException("the corpus was not read to its end");
        }

        Directory.Delete(corpus.At("attributes/benchmark"), recursive: true);
        File.Delete(corpus.At("filter.bloom"));
    }
}
