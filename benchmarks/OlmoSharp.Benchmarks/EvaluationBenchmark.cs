using System.Text;
using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Models;
using OlmoSharp.Models.Presets;
using OlmoSharp.Tokenization;
using OlmoSharp.Torch.Native;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// Tokens a second of whole evaluations, from files to results, against those of the bare engine on the same ids: reading them as prompts, of which only the last token's logits are
/// wanted, and giving the logits of every token that is scored, which likelihoods need. Evaluations build their requests, encode, score, log and sum up; only loading the model is left out.
/// </summary>
internal static class EvaluationBenchmark
{
    private const int TokensPerPass = 512;

    public static void Run(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var folder = Directory.CreateTempSubdirectory("olmosharp-evaluation-");
        try
        {
            var words = Words(isSmoke ? 300 : 3000);
            var tokenizer = BpeTrainer.Train([Text(words, 1, 60_000)], new BpeTrainerOptions { VocabularySize = isSmoke ? 500 : 4000, MinFrequency = 2 });
            var config = ModelPresets.Get("olmo2-1b") with
            {
                EndOfTextId = tokenizer.EndOfTextId,
                PaddingId = tokenizer.PaddingId,
                VocabularySize = isSmoke ? 512 : 50_304,
                HiddenSize = isSmoke ? 128 : 768,
                IntermediateSize = isSmoke ? 256 : 3072,
                Layers = isSmoke ? 2 : 12,
                Heads = isSmoke ? 4 : 12,
                KeyValueHeads = isSmoke ? 4 : 12,
                ContextLength = 2048,
            };
            var model = Directory.CreateDirectory(Path.Combine(folder.FullName, "model")).FullName;
            LoadingBenchmark.Write(config, model, ScalarType.BFloat16);
            tokenizer.Save(Path.Combine(model, "tokenizer.json"));
            var data = Directory.CreateDirectory(Path.Combine(folder.FullName, "data")).FullName;
            WriteTexts(data, words, isSmoke ? 2 : 8);
            WriteQuestions(data, words, isSmoke ? 3 : 16);
            Measure(config, model, data, Path.Combine(folder.FullName, "out"), isSmoke ? 1 : 3);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Measure(ModelConfig config, string path, string data, string output, int rounds)
    {
        Console.WriteLine($"{config.Parameters:#,0} random parameters in bfloat16, a vocabulary of {config.VocabularySize:#,0}; medians of {rounds} rounds in turn, after one that does not count");
        Console.WriteLine("| evaluation | tokens asked | computed | tokens computed/s | prompt tokens/s | ratio | ratio, processor time | with the logits that are scored | ratio | ratio, processor time |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var model = LocalModel.Load(path);
        using var engine = NativeEngine.Load(path);
        foreach (var (name, task) in new[] { ("whole texts", "perplexity::none"), ("multiple choice", "arc_easy:rc::olmes") })
        {
            List<(Rate Evaluation, Rate Prompt, Rate Logits)> rates = [];
            var (asked, computed) = (0L, 0L);
            for (var round = -1; round < rounds; round++)
            {
                var (evaluation, requests, tokens) = Evaluate(model, data, task, Path.Combine(output, $"{task.Replace(':', '-')}{round}"));
                (asked, computed) = tokens;
                var prompt = Rate.Of(() => Read(engine, requests, false));
                var logits = Rate.Of(() => Read(engine, requests, true));
                if (round >= 0)
                {
                    rates.Add((evaluation, prompt, logits));
                }
            }

            Console.WriteLine(
                $"| {name} | {asked:#,0} | {computed:#,0} | {Median(rates.Select(rate => rate.Evaluation.PerSecond)):#,0} | {Median(rates.Select(rate => rate.Prompt.PerSecond)):#,0} | "
                + $"{Median(rates.Select(rate => rate.Evaluation.PerSecond / rate.Prompt.PerSecond)):0.00} | {Median(rates.Select(rate => rate.Evaluation.PerProcessorSecond / rate.Prompt.PerProcessorSecond)):0.00} | "
                + $"{Median(rates.Select(rate => rate.Logits.PerSecond)):#,0} | {Median(rates.Select(rate => rate.Evaluation.PerSecond / rate.Logits.PerSecond)):0.00} | "
                + $"{Median(rates.Select(rate => rate.Evaluation.PerProcessorSecond / rate.Logits.PerProcessorSecond)):0.00} |");
        }

        model.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static (Rate Rate, List<EncodedRequest> Requests, (long Asked, long Computed) Tokens) Evaluate(LocalModel model, string data, string task, string output)
    {
        IReadOnlyList<BuiltTask> tasks = [];
        var (asked, computed) = (model.TokensAsked, model.TokensComputed);
        var rate = Rate.Of(() =>
        {
            var catalog = TaskCatalog.Load();
            var run = new EvaluationRun(catalog, new RequestBuilder(new DatasetFolder(data), null)) { Overrides = ["shots=0"] };
            tasks = task == "perplexity::none" ? new PerplexityTexts(catalog.Find(task), model.Tokenizer).Build([Path.Combine(data, "texts.jsonl")]) : run.Build([task]);
            run.RunAsync([], tasks, model, output, (_, _) => { }, CancellationToken.None).GetAwaiter().GetResult();
            return model.TokensComputed - computed;
        });
        var encoder = new RequestEncoder(model.Tokenizer, new() { MaxLength = 2048, PrefixId = model.Tokenizer.EndOfTextId });
        List<EncodedRequest> requests =
        [
            .. tasks.SelectMany(built => built.Requests.SelectMany(request => request.Kind == RequestKind.LoglikelihoodRolling
                ? encoder.EncodeRolling(request) : [encoder.Encode(request, built.Spec)])),
        ];
        return (rate, requests, (model.TokensAsked - asked, model.TokensComputed - computed));
    }

    /// <summary>Reads all requests one after another, in passes as full as the scheduler's.</summary>
    private static long Read(NativeEngine engine, List<EncodedRequest> requests, bool withLogits)
    {
        // As many rows at once as the scorer asks for.
        var mostRows = Math.Max(1, (64 << 20) / sizeof(float) / engine.Config.VocabularySize);
        var logits = new float[(withLogits ? mostRows : TokensPerPass) * engine.Config.VocabularySize];
        List<EngineInput> pass = [];
        List<IEngineSequence> ended = [];
        var (tokens, inPass, rows) = (0L, 0, 0);
        foreach (var request in requests)
        {
            var sequence = engine.NewSequence();
            int[] read = [.. request.Tokens.SkipLast(1)];
            for (var start = 0; start < read.Length;)
            {
                var count = Math.Min(read.Length - start, TokensPerPass - inPass);
                var wanted = withLogits ? Math.Max(0, start + count - Math.Max(start, request.ContextLength - 1)) : start + count == read.Length ? 1 : 0;
                if (withLogits && wanted > mostRows - rows)
                {
                    count -= wanted - (mostRows - rows);
                    wanted = mostRows - rows;
                }

                if (count > 0)
                {
                    pass.Add(new(sequence, read.AsMemory(start, count)) { LogitRows = wanted });
                }

                (start, inPass, rows, tokens) = (start + count, inPass + count, rows + wanted, tokens + count);
                if (start == read.Length)
                {
                    ended.Add(sequence);
                }

                if (inPass == TokensPerPass || rows == mostRows || start < read.Length)
                {
                    Flush();
                }
            }
        }

        Flush();
        return tokens;

        void Flush()
        {
            if (pass.Count > 0)
            {
                engine.Forward(pass, logits.AsSpan(0, rows * engine.Config.VocabularySize));
            }

            ended.ForEach(sequence => sequence.Dispose());
            ended.Clear();
            pass.Clear();
            (inPass, rows) = (0, 0);
        }
    }

    private static void WriteTexts(string folder, string[] words, int count) => File.WriteAllLines(
        Path.Combine(folder, "texts.jsonl"), Enumerable.Range(0, count).Select(number => JsonSerializer.Serialize(new { id = $"{number}", text = Text(words, 100 + number, 150 + (number % 4 * 150)), source = "made" })));

    private static void WriteQuestions(string folder, string[] words, int count) => File.WriteAllLines(Path.Combine(folder, "arc_easy.test.jsonl"), Enumerable.Range(0, count).Select(number => JsonSerializer.Serialize(new
    {
        id = $"{number}",
        question = Text(words, 1000 + number, 120),
        choices = new { text = Enumerable.Range(0, 4).Select(choice => Text(words, 10_000 + (number * 4) + choice, 6)), label = new[] { "A", "B", "C", "D" } },
        answerKey = "A",
    })));

    private static string[] Words(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 10)).Select(_ => (char)('a' + random.Next(26)))))];
    }

    /// <summary>Words of which the first are far more frequent than the last, with full stops.</summary>
    private static string Text(string[] words, int seed, int count)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : random.Next(12) == 0 ? ". " : " ").Append(words[(int)(Math.Pow(words.Length, random.NextDouble()) - 1)]);
        }

        return text.ToString();
    }

    private sealed record Rate(double PerSecond, double PerProcessorSecond)
    {
        public static Rate Of(Func<long> work)
        {
            var (wall, processor) = (Clock(false), Clock(true));
            var tokens = work();
            return new(tokens / (Clock(false) - wall), tokens / (Clock(true) - processor));
        }
    }
}
