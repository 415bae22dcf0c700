using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>Tagging as the command does it, on one thread: documents from zstd files, attributes to zstd files.</summary>
internal static class TagBenchmark
{
    public static void Rules(DataCorpus corpus) => Run(corpus, "gopher_v1, c4_v1, repetitions_v1, tokenizer_repetitions_v2r2");

    public static void Gopher(DataCorpus corpus) => Run(corpus, "gopher_v1");

    public static void C4(DataCorpus corpus) => Run(corpus, "c4_v1");

    public static void Repetition(DataCorpus corpus) => Run(corpus, "repetitions_v1, tokenizer_repetitions_v2r2");

    private static void Run(DataCorpus corpus, string taggers)
    {
        var output = corpus.At("tagged");
        var config = ConfigReader.ReadText<TagConfig>(
            $"documents: '{corpus.At("documents")}'\ndestination: '{output}'\nexperiment: rules\ntaggers: [{taggers}]", "benchmark");
        var job = new TagJob(config, new TaggerCatalog());
        new ShardJob("tag", job.Settings).Run(job.Tasks, job.Run);
        Directory.Delete(output, recursive: true);
    }
}
