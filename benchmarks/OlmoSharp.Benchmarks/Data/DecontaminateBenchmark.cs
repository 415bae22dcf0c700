using System.Text.Json;
using OlmoSharp.Data.Decontamination;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>
/// Decontamination as the command does it, on one thread: documents from zstd files, attributes to zstd files. The questions are made of the corpus's own words, and one in a hundred is a piece of it.
/// Making the index is left out: the first run does it, and is never the best.
/// </summary>
internal static class DecontaminateBenchmark
{
    private const int QuestionWords = 45;
    private static DecontaminateJob? _job;

    public static void Run(DataCorpus corpus)
    {
        var job = _job ??= MakeJob(corpus);
        var done = new ShardJob("decontaminate", job.Settings).Run(job.Tasks, job.Run);
        if (done.Totals["bytes"] != corpus.TextBytes || done.Totals["contaminated documents"] == 0)
        {
            throw new InvalidOperationException("the corpus was not read to its end, or nothing was found");
        }

        Directory.Delete(corpus.At("attributes/decontamination"), recursive: true);
    }

    /// <summary>The same without attributes and report.</summary>
    public static void Check(DataCorpus corpus)
    {
        var index = (_job ??= MakeJob(corpus)).Index;
        var view = new DocumentView();
        var hits = 0;
        foreach (var file in corpus.Files)
        {
            using var scanner = new DocumentScanner(file);
            while (scanner.Read(view))
            {
                hits += index.Check(view.Text).Count;
            }
        }

        if (hits == 0)
        {
            throw new InvalidOperationException("nothing was found");
        }
    }

    private static DecontaminateJob MakeJob(DataCorpus corpus)
    {
        string[] words = [.. corpus.Files.Take(1).SelectMany(file => DocumentReader.ReadFile(file)).SelectMany(document => document.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];
        var random = new Random(5);
        File.WriteAllLines(corpus.At("questions.jsonl"), Enumerable.Range(0, corpus.IsSmoke ? 200 : 20_000).Select(number => JsonSerializer.Serialize(new { question = Question(number) })));
        return new DecontaminateJob(new DecontaminateConfig
        {
            Documents = [corpus.At("documents")],
            Evaluations = [new() { Name = "made", Files = [corpus.At("questions.jsonl")], Question = ["question"] }],
            Report = corpus.At("decontamination"),
        });

        string Question(int number)
        {
            var start = random.Next(words.Length - QuestionWords);
            return string.Join(' ', number % 100 == 0 ? words[start..(start + QuestionWords)] : Enumerable.Range(0, QuestionWords).Select(_ => words[random.Next(words.Length)]));
        }
    }
}
