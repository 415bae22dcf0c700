using System.Diagnostics;
using System.Text;
using OlmoSharp.Data.Sources;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Benchmarks;

/// <summary>Training a byte-level BPE tokenizer on the SDK's documentation, and encoding that text with each encoder, one thread.</summary>
internal static class TokenizerBenchmark
{
    public static void Run(bool isSmoke)
    {
        var texts = new SdkDocumentationSource().ReadDocuments().Take(isSmoke ? 200 : int.MaxValue).Select(document => document.Text).ToList();
        var megabytes = texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text)) / 1e6;
        var start = Stopwatch.GetTimestamp();
        var tokenizer = BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = isSmoke ? 1024 : 8192 });
        Console.WriteLine($"training on {megabytes:0.0} MB: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        var file = Path.Combine(Path.GetTempPath(), $"tokenizer-{Environment.ProcessId}.json");
        try
        {
            tokenizer.Save(file);
            Console.WriteLine("| encoder | MB/s |");
            Console.WriteLine("|---|---|");
            foreach (var kind in new[] { BpeEncoderKind.Cached, BpeEncoderKind.Microsoft, BpeEncoderKind.Reference })
            {
                Console.WriteLine($"| {kind} | {megabytes / Encode(Tokenizer.Load(file, kind), texts):0.0} |");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Encode(Tokenizer tokenizer, List<string> texts)
    {
        var start = Stopwatch.GetTimestamp();
        List<int> ids = [];
        foreach (var text in texts)
        {
            ids.Clear();
            tokenizer.Encode(text, ids);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
