using System.Text;
using OlmoSharp.Data.Shards;
using OlmoSharp.Models;
using OlmoSharp.Tokenization;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Tests.Runs;

/// <summary>A tokenizer and token shards of made-up text, made once for all tests, and the config of a run that takes a moment.</summary>
public sealed class SampleCorpus : IDisposable
{
    public const int VocabularySize = 320;

    private readonly TemporaryFolder _folder = new();

    public SampleCorpus()
    {
        Tokenizer = Train(_folder["tokenizer.json"], seed: 1);
        Write(Tokenizer, _folder["common"], Documents(seed: 2, count: 60));
        Write(Tokenizer, _folder["rare"], Documents(seed: 3, count: 15));
        HeldOutDocuments = Documents(seed: 4, count: 5);
        Write(Tokenizer, _folder["held-out"], HeldOutDocuments);
    }

    public Tokenizer Tokenizer { get; }

    public string TokenizerFile => _folder["tokenizer.json"];

    public string HeldOutShards => _folder["held-out"];

    public IReadOnlyList<string> HeldOutDocuments { get; }

    /// <summary>A run of 12 steps; change what a test is about with <c>with</c>.</summary>
    public TrainConfig Config(string run) => new()
    {
        Run = run,
        Tokenizer = TokenizerFile,
        Model = new ModelConfig
        {
            VocabularySize = VocabularySize,
            HiddenSize = 16,
            IntermediateSize = 24,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            ContextLength = 32,
        },
        Data = new DataConfig
        {
            Sources =
            [
                new TrainSourceConfig { Name = "common", Shards = _folder["common"] },
                new TrainSourceConfig { Name = "rare", Shards = _folder["rare"], Repetition = 2 },
            ],
            SequenceLength = 16,
        },
        Steps = 12,
        BatchSize = 4,
        MicroBatchSize = 2,
        Optimizer = new OptimizerConfig { LearningRate = 1e-2 },
        Schedule = new ScheduleConfig { WarmupSteps = 3 },
        Checkpoints = new CheckpointConfig { Every = 5 },
        Threads = 1,
    };

    /// <summary>The same run of an OLMoE model with five experts, two a token.</summary>
    public TrainConfig SparseConfig(string run)
    {
        var config = Config(run);
        return config with { Model = config.Model with { Experts = 5, ExpertsPerToken = 2, NormPlacement = NormPlacement.BeforeSublayer } };
    }

    public static IReadOnlyList<string> Documents(int seed, int count)
    {
        var random = new Random(seed);
        var words = Enumerable.Range(0, 50).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 8)).Select(_ => "abcdefgéñ世"[random.Next(10)]))).ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(10, 40)).Select(_ => words[random.Next(50) * random.Next(50) / 50])))];
    }

    public static Tokenizer Train(string file, int seed)
    {
        var tokenizer = BpeTrainer.Train(Documents(seed, 40), new BpeTrainerOptions { VocabularySize = 300, Threads = 1 });
        tokenizer.Save(file);
        return tokenizer;
    }

    public static void Write(Tokenizer tokenizer, string folder, IReadOnlyList<string> documents)
    {
        using var writer = new TokenShardWriter(
            folder, "part", new TokenizerIdentity(tokenizer.Sha256, tokenizer.VocabularySize, tokenizer.EndOfTextId), maxTokensPerShard: 300);
        for (var i = 0; i < documents.Count; i++)
        {
            writer.Write($"{i}", "made-up.jsonl", i + 1, tokenizer.Encode(documents[i]), Encoding.UTF8.GetByteCount(documents[i]));
        }

        writer.Complete();
    }

    public void Dispose() => _folder.Dispose();
}
