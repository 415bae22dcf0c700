using System.Diagnostics;
using System.Globalization;
using System.Text;
using OlmoSharp.Analysis.Metrics;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Commands.Train;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.LanguageModels;
using OlmoSharp.Data.Shards;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Training;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Evaluation;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>From text to a trained model, a part at a time; each part leaves files that the next one, or the user, reads.</summary>
internal sealed class QuickstartPipeline(QuickstartOptions options, Terminal terminal, CancellationToken cancellation)
{
    private const int EvaluationBatch = 16;

    // The smoke run's steps are few whatever its rate.
    private const double SmokeCare = 0.2;

    private static readonly string[] Prompts = ["Gets the number of", "Initializes a new instance of the", "Represents a", "The file"];

    private readonly QuickstartFolders _folders = new(options.Run);
    private readonly List<StageTime> _times = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Does everything that is not done yet.</summary>
    public async Task RunAsync()
    {
        if (Directory.Exists(options.Run) && !options.Resume)
        {
            throw new TrainingException($"{options.Run}: is there already; go on with --resume, pick another folder with --run, or delete it");
        }

        var tasks = QuickstartTasks.Check(options, _folders);
        if (!File.Exists(_folders.Curation))
        {
            await MakeTextAsync();
        }

        var tokenizer = await MakeTokenizerAsync();
        var (train, heldOut) = await MakeShardsAsync(tokenizer);
        await StageAsync("Tasks of the held-out text", () => Task.Run(tasks.Make));
        var configs = new QuickstartConfigs(options, _folders, [.. train.Keys], [.. heldOut.Keys.Where(train.ContainsKey)], tasks);
        var plan = await MakePlanAsync(configs, heldOut.Values.Sum(manifest => manifest.TokenCount), tasks.CountTokens(tokenizer));
        var pretraining = LoadOrMake(QuickstartFolders.ConfigOf(_folders.Pretraining), () => configs.Pretraining(plan.PretrainingSteps));
        if (pretraining.Model != options.Size.Model)
        {
            throw new TrainingException(
                $"{QuickstartFolders.ConfigOf(_folders.Pretraining)}: is of another model than --model and --size describe; go on with those it was made with, or pick another folder with --run");
        }

        var pretrained = await TrainAsync("Pretraining", pretraining);
        List<(string Name, string Folder)> models = [("pretrained", pretrained)];
        foreach (var seed in QuickstartFolders.AnnealSeeds)
        {
            var annealing = LoadOrMake(
                QuickstartFolders.ConfigOf(_folders.Annealing(seed)), () => configs.Annealing(pretraining, pretrained, plan.AnnealingSteps, seed));
            models.Add(($"annealed ({seed})", await TrainAsync($"Annealing, data order {seed}", annealing)));
        }

        if (!Directory.Exists(_folders.Soup))
        {
            ModelSoup.Save([.. models.Skip(1).Select(model => model.Folder)], _folders.Soup);
        }

        models.Add(("soup", _folders.Soup));
        var results = new QuickstartResults
        {
            Parameters = options.Size.Model.Parameters,
            ActiveParameters = options.Size.Model.ActiveParameters,
            TrainTokens = train.Values.Sum(manifest => manifest.TokenCount),
            HeldOutBytes = heldOut.Values.Sum(manifest => manifest.Utf8ByteCount),
            PretrainingSteps = pretraining.Steps,
            AnnealingSteps = plan.AnnealingSteps,
            TokensPerSecond = plan.TokensPerSecond,
            HeldOut = [await MeasureBaselineAsync(), .. await MeasureModelsAsync(models, pretraining, tokenizer)],
            Tasks = await EvaluateTasksAsync(tasks, models),
            TasksLeftOut = tasks.LeftOut,
            TaskSecondsDuringTraining = Math.Round(new[] { _folders.Pretraining }.Concat(QuickstartFolders.AnnealSeeds.Select(_folders.Annealing)).Sum(TaskSeconds), 1),
            Samples = await StageAsync("Samples", () => Task.Run(WriteSamples)),
            Times = _times,
        };
        results.Save(_folders.Results);
        ReportPage.Write(QuickstartReport.Make(options, _folders, results), _folders.Report);
        Summarise(results);
    }

    private Task MakeTextAsync() => StageAsync("Text: collect and curate", async () =>
    {
        var curation = await new QuickstartText(options, _folders, terminal, cancellation).MakeAsync();
        curation.Save(_folders.Curation);
        curation.Write(terminal);
    });

    private async Task<Tokenizer> MakeTokenizerAsync()
    {
        if (File.Exists(_folders.Tokenizer))
        {
            return Tokenizer.Load(_folders.Tokenizer);
        }

        return await StageAsync("Tokenizer", () => ProgressDisplay.RunAsync(terminal, "Training the tokenizer", "documents", null, progress =>
        {
            long count = 0;
            var texts = DocumentFolder.Read(_folders.TrainText).Select(document =>
            {
                progress.Report(++count);
                return document.Text;
            });
            var tokenizer = BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = options.Size.Vocabulary }, null, cancellation);
            if (tokenizer.VocabularySize > options.Size.Vocabulary)
            {
                throw new TrainingException($"the tokenizer has {tokenizer.VocabularySize} ids, more than the model's {options.Size.Vocabulary}");
            }

            tokenizer.Save(_folders.Tokenizer);
            return tokenizer;
        }));
    }

    private Task<(IReadOnlyDictionary<string, ShardManifest> Train, IReadOnlyDictionary<string, ShardManifest> HeldOut)> MakeShardsAsync(
        Tokenizer tokenizer)
        => StageAsync("Token shards", () => ProgressDisplay.RunAsync(terminal, "Encoding", "documents", null, progress =>
        {
            var heldOut = ShardBuilder.Build(_folders.HeldOutText, _folders.HeldOutShards, tokenizer, null, cancellation);
            var train = ShardBuilder.Build(_folders.TrainText, _folders.TrainShards, tokenizer, done => progress.Report(done), cancellation);
            // A source shorter than one sequence has nothing to train on.
            var usable = train.Where(source => source.Value.TokenCount >= options.Size.SequenceLength).ToDictionary();
            return usable.Count > 0
                ? ((IReadOnlyDictionary<string, ShardManifest>)new SortedDictionary<string, ShardManifest>(usable, StringComparer.Ordinal), heldOut)
                : throw new TrainingException(
                    $"no source has the {options.Size.SequenceLength} tokens of one sequence after curation; give more text with --text");
        }));

    private async Task<QuickstartPlan> MakePlanAsync(QuickstartConfigs configs, long heldOutTokens, (long During, long Finished) taskTokens)
    {
        var made = QuickstartFolders.ConfigOf(_folders.Pretraining);
        var annealed = QuickstartFolders.ConfigOf(_folders.Annealing(QuickstartFolders.AnnealSeeds[0]));
        if (File.Exists(made) && File.Exists(annealed))
        {
            return new(ConfigReader.Read<TrainConfig>(made).Steps, ConfigReader.Read<TrainConfig>(annealed).Steps, null);
        }

        return await StageAsync("Calibration", () => Task.Run(() =>
        {
            // Loading, the baseline, samples, the page, and a machine that slows down need a part of the time.
            var seconds = (options.Minutes * 60 * 0.93) - Stopwatch.GetElapsedTime(_start).TotalSeconds - 15;
            var plan = QuickstartPlan.Measure(
                configs.Pretraining(1000), Math.Max(seconds, 1), heldOutTokens, taskTokens, Path.Combine(options.Run, "calibration"), options.IsSmoke ? SmokeCare : 1, cancellation);
            plan = options.IsSmoke ? plan with { PretrainingSteps = 40, AnnealingSteps = 10 } : plan;
            terminal.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.TokensPerSecond:#,0} tokens/s here: {plan.PretrainingSteps:#,0} steps of pretraining, then {plan.AnnealingSteps:#,0} of annealing from each of two data orders"));
            return plan;
        }));
    }

    private Task<string> TrainAsync(string title, TrainConfig config) => StageAsync(title, async () =>
    {
        var store = new CheckpointStore(config.Run);
        return store.Steps() is [.., var last] && last == config.Steps
            ? store.PathOf(last)
            : await TrainingJob.RunAsync(terminal, title, config, resume: true, cancellation);
    });

    private Task<HeldOutResult> MeasureBaselineAsync() => StageAsync("Byte 5-gram baseline", () => Task.Run(() =>
    {
        var trainer = new KneserNeyTrainer();
        foreach (var document in DocumentFolder.Read(_folders.TrainText))
        {
            cancellation.ThrowIfCancellationRequested();
            trainer.Add(Encoding.UTF8.GetBytes(document.Text));
        }

        var model = trainer.Build();
        var documents = DocumentFolder.Read(_folders.HeldOutText)
            .Select(document => (document.Source, Bytes: (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(document.Text)))
            .ToList();
        var scores = documents.GroupBy(document => document.Source)
            .ToDictionary(source => source.Key, source => model.BitsPerByte(source.Select(document => document.Bytes)));
        scores[QuickstartResults.All] = model.BitsPerByte(documents.Select(document => document.Bytes));
        return new HeldOutResult("byte 5-gram", scores);
    }));

    private Task<List<HeldOutResult>> MeasureModelsAsync(
        IReadOnlyList<(string Name, string Folder)> models, TrainConfig config, Tokenizer tokenizer)
        => StageAsync("Held-out evaluation", () => ProgressDisplay.RunAsync(terminal, "Evaluating", "models", models.Count, progress =>
        {
            List<HeldOutResult> results = [];
            foreach (var (name, folder) in models)
            {
                using var model = ModelFolder.Load(folder);
                var scores = new Dictionary<string, double>();
                HeldOutScore? all = null;
                foreach (var source in config.Data.HeldOut)
                {
                    using var shards = TokenShardSet.Open(source.Shards, new TokenShardSetOptions { TokenizerSha256 = tokenizer.Sha256 });
                    var score = HeldOutEvaluator.Evaluate(
                        model, new HeldOutSource(source.Name, shards), config.Data.SequenceLength, EvaluationBatch, cancellation);
                    scores[source.Name] = score.BitsPerByte;
                    all = all is null ? score : all + score;
                }

                scores[QuickstartResults.All] = all!.BitsPerByte;
                results.Add(new HeldOutResult(name, scores));
                progress.Report(results.Count);
            }

            return results;
        }));

    private Task<IReadOnlyList<TaskScores>> EvaluateTasksAsync(QuickstartTasks tasks, IReadOnlyList<(string Name, string Folder)> models)
        => StageAsync("Evaluation on tasks", () => ProgressDisplay.RunAsync(terminal, "Evaluating on tasks", "requests", null, progress =>
            tasks.EvaluateAsync(models, progress.Report, cancellation).GetAwaiter().GetResult()));

    private static double TaskSeconds(string run) => MetricsReader.Read(Path.Combine(run, MetricsLog.File))["eval_duration"].Sum(point => point.Value);

    private List<SampleResult> WriteSamples()
    {
        using var generator = TextGenerator.Load(_folders.Soup);
        var generation = new GenerationOptions { MaximumTokens = 64, Sampling = new SamplingOptions { Temperature = 0.6 } };
        return [.. Prompts.Select(prompt => new SampleResult("soup", prompt, string.Concat(generator.Continue(prompt, generation, cancellation))))];
    }

    private void Summarise(QuickstartResults results)
    {
        var table = new ResultTable(
            new("held-out text"), new("bits per byte", IsNumber: true), new("parameters", IsNumber: true), new("active a token", IsNumber: true));
        foreach (var result in results.HeldOut)
        {
            var isModel = result != results.HeldOut[0];
            table.Add(
                result.Name,
                Math.Round(result.BitsPerByte[QuickstartResults.All], 4),
                isModel ? results.Parameters : null,
                isModel ? results.ActiveParameters : null);
        }

        terminal.Output.WriteLine();
        table.Write(terminal, asJson: false);
        if (results.Tasks.Count > 0)
        {
            var scores = new ResultTable(new("task"), new("chance", IsNumber: true), new("n", IsNumber: true), new("no answer", IsNumber: true), new("soup", IsNumber: true), new("±", IsNumber: true));
            foreach (var task in results.Tasks)
            {
                scores.Add(task.Name, Rounded(task.Chance), task.Documents, task.Failures, Rounded(task.Scores[^1].Score), Rounded(task.Scores[^1].StandardError));
            }

            terminal.Output.WriteLine();
            scores.Write(terminal, asJson: false);
        }

        foreach (var sample in results.Samples)
        {
            terminal.Output.WriteLine($"\n» {sample.Prompt}{sample.Continuation}");
        }

        terminal.Output.WriteLine($"""

            Report:   {_folders.Report}
            Figures:  {_folders.Results}
            Try it:   olmo generate --model {_folders.Soup} --prompt "Gets the number of"
                      olmo chat --model {_folders.Soup} --raw
            """);
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 3) : null;

    private static TrainConfig LoadOrMake(string path, Func<TrainConfig> make)
    {
        if (!File.Exists(path))
        {
            AtomicFile.WriteAllText(path, ConfigWriter.Write(make()));
        }

        return ConfigReader.Read<TrainConfig>(path);
    }

    private Task StageAsync(string name, Func<Task> stage) => StageAsync(name, async () =>
    {
        await stage();
        return true;
    });

    private async Task<T> StageAsync<T>(string name, Func<Task<T>> stage)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var result = await stage();
        _times.Add(new(name, Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1)));
        return result;
    }
}
