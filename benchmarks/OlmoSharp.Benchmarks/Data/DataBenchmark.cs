using System.Diagnostics;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>
/// What a core does of the data toolkit's work, in MB of UTF-8 text for a second of processor time, and how that compares with the floor of the same run:
/// decompressing the same files and scanning their JSON.
/// </summary>
internal static class DataBenchmark
{
    private static readonly (string Name, Action<DataCorpus> Run)[] Parts =
    [
        ("mixing", MixBenchmark.Mix),
        ("- without compressing the output", MixBenchmark.MixPlain),
        ("- keeping no document", MixBenchmark.Filter),
        ("floor and zstd at level 3", MixBenchmark.Compress),
        ("tagging: gopher + c4 + repetition", TagBenchmark.Rules),
        ("- gopher", TagBenchmark.Gopher),
        ("- c4", TagBenchmark.C4),
        ("- repetition of characters and tokens", TagBenchmark.Repetition),
        ("paragraphs through a Bloom filter", DedupeBenchmark.Bloom),
        ("paragraphs compared exactly", DedupeBenchmark.Exact),
        ("documents compared exactly", DedupeBenchmark.Documents),
        ("paragraphs by 13-grams, Bloom filter", DedupeBenchmark.NGrams),
        ("near-duplicate documents, MinHash 14 × 8", DedupeBenchmark.NearDocuments),
        ("decontamination against 20,000 questions", DecontaminateBenchmark.Run),
        ("- reading documents and checking them", DecontaminateBenchmark.Check),
        ("parts of texts of 50 words, suffix array", DedupeBenchmark.Parts),
        ("the tokenizer alone", TokensBenchmark.Encode),
        ("- reading documents and encoding them", TokensBenchmark.ReadAndEncode),
        ("tokens, shuffled", TokensBenchmark.Shuffled),
        ("- in the order of the files", TokensBenchmark.InOrder),
    ];

    public static void Run(bool isSmoke)
    {
        using var corpus = new DataCorpus(isSmoke);
        var floor = Measure(corpus, Scan);
        Console.WriteLine($"{corpus.Files.Count} files, {corpus.TextBytes / 1e6:0.0} MB of text");
        Console.WriteLine("| part | MB/s a core | of the floor |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine($"| floor | {floor:0.0} | 1.00 |");
        foreach (var (name, run) in Parts)
        {
            var rate = Measure(corpus, run);
            Console.WriteLine($"| {name} | {rate:0.0} | {rate / floor:0.00} |");
        }
    }

    /// <summary>The best of some runs, so that the just-in-time compiler is out of the picture.</summary>
    private static double Measure(DataCorpus corpus, Action<DataCorpus> run)
    {
        var best = double.MaxValue;
        for (var i = 0; i < (corpus.IsSmoke ? 1 : 5); i++)
        {
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            run(corpus);
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds);
        }

        return corpus.TextBytes / 1e6 / best;
    }

    private static void Scan(DataCorpus corpus)
    {
        var view = new DocumentView();
        foreach (var file in corpus.Files)
        {
            using var scanner = new DocumentScanner(file);
            while (scanner.Read(view))
            {
            }
        }
    }
}
