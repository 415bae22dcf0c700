using OlmoSharp.Data;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using Xunit;

namespace OlmoSharp.Training.Tests.Runs;

public sealed class ResumeTests(SampleCorpus corpus)
{
    [Fact]
    public void Two_runs_give_the_same_bits_and_another_seed_gives_others()
    {
        using var folder = new TemporaryFolder();
        var first = corpus.Config(folder["1"]) with { Threads = 2, Steps = 6 };
        var (second, third) = (first with { Run = folder["2"] }, first with { Run = folder["3"], Seed = 1 });
        SampleRun.Train(first);
        SampleRun.Train(second);
        SampleRun.Train(third);
        Assert.Equal(SampleRun.Result(first), SampleRun.Result(second));
        Assert.Equal(SampleRun.Metrics(first), SampleRun.Metrics(second));
        Assert.NotEqual(SampleRun.Result(first)["model.safetensors"], SampleRun.Result(third)["model.safetensors"]);
    }

    [Fact]
    public void A_run_stopped_after_any_step_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        // With so narrow a guard some steps are skipped, so its window and the count of updates matter as well.
        var unbroken = corpus.Config(folder["unbroken"]) with { SpikeGuard = new SpikeGuardConfig { Window = 4, Sigmas = 0.7 } };
        SampleRun.Train(unbroken);
        var state = Checkpoint.ReadState(SampleRun.Checkpoint(unbroken));
        Assert.InRange(state.SpikeGuard.Skipped, 1, 8);
        Assert.Equal(unbroken.Steps - state.SpikeGuard.Skipped, state.Updates);
        for (var stop = 1; stop < unbroken.Steps; stop++)
        {
            var stopped = unbroken with { Run = folder[$"stopped-{stop}"] };
            SampleRun.TrainUntilStopped(stopped, stop);
            Assert.Equal(new[] { 5L, 10, stop }.Where(step => step <= stop).Distinct().Order().TakeLast(2), new CheckpointStore(stopped.Run).Steps());
            SampleRun.Train(stopped, resume: true);
            Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(stopped));
            Assert.Equal(SampleRun.Metrics(unbroken), SampleRun.Metrics(stopped));
        }
    }

    [Fact]
    public void After_a_crash_the_log_has_each_step_once()
    {
        using var folder = new TemporaryFolder();
        var (unbroken, crashed) = (corpus.Config(folder["unbroken"]), corpus.Config(folder["crashed"]));
        SampleRun.Train(unbroken);
        SampleRun.TrainUntilCrash(crashed, step: 8);
        Assert.Equal(Enumerable.Range(1, 8).Select(step => (long)step), SampleRun.LoggedSteps(crashed));
        // The line that was being written.
        File.AppendAllText(Path.Combine(crashed.Run, "metrics.jsonl"), "{\"step\":9,\"tok");
        SampleRun.TrainUntilCrash(crashed, step: 7, resume: true);
        Assert.Equal(Enumerable.Range(1, 7).Select(step => (long)step), SampleRun.LoggedSteps(crashed));
        SampleRun.Train(crashed, resume: true);
        Assert.Equal(SampleRun.Metrics(unbroken), SampleRun.Metrics(crashed));
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(crashed));
    }

    [Fact]
    public void A_finished_run_resumes_to_nothing_more()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config);
        var (result, metrics) = (SampleRun.Result(config), SampleRun.Metrics(config));
        SampleRun.Train(config, resume: true);
        Assert.Equal(result, SampleRun.Result(config));
        Assert.Equal(metrics, SampleRun.Metrics(config));
    }

    [Fact]
    public void A_run_that_has_checkpoints_is_not_begun_again_by_accident()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config);
        var result = SampleRun.Result(config);
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(config));
        Assert.Contains(config.Run, exception.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", exception.Message, StringComparison.Ordinal);
        Assert.Equal(result, SampleRun.Result(config));
    }

    [Fact]
    public void Resuming_without_a_checkpoint_begins()
    {
        using var folder = new TemporaryFolder();
        var (begun, resumed) = (corpus.Config(folder["begun"]), corpus.Config(folder["resumed"]));
        SampleRun.Train(begun);
        SampleRun.Train(resumed, resume: true);
        Assert.Equal(SampleRun.Result(begun), SampleRun.Result(resumed));
    }

    public static TheoryData<string, string, Func<TrainConfig, TrainConfig>> Changes { get; } = new()
    {
        { "learning rate", "learning_rate: 0.5", config => config with { Optimizer = config.Optimizer with { LearningRate = 0.5 } } },
        { "steps", "steps: 13", config => config with { Steps = 13 } },
        { "seed", "seed: 99", config => config with { Data = config.Data with { Seed = 99 } } },
        { "batch", "batch_size: 2", config => config with { BatchSize = 2 } },
        { "z-loss", "z_loss: 0.1", config => config with { ZLoss = 0.1 } },
        { "sequence", "sequence_length: 8", config => config with { Data = config.Data with { SequenceLength = 8 } } },
        { "repetition", "repetition: 3", config => config with { Data = config.Data with { Sources = [config.Data.Sources[0], config.Data.Sources[1] with { Repetition = 3 }] } } },
        { "threads", "threads: 2", config => config with { Threads = 2 } },
        { "width", "hidden_size: 32", config => config with { Model = config.Model with { HiddenSize = 32 } } },
        { "vocabulary", "vocabulary_size: 352", config => config with { Model = config.Model with { VocabularySize = 352 } } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Resuming_with_another_config_is_refused_and_the_difference_named(string what, string difference, Func<TrainConfig, TrainConfig> change)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config with { Steps = 12 });
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(change(config), resume: true));
        Assert.True(exception.Message.Contains(SampleRun.Checkpoint(config), StringComparison.Ordinal), $"{what}: {exception.Message}");
        Assert.Contains(difference, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void When_to_evaluate_and_save_may_change_and_the_folder_may_move()
    {
        using var folder = new TemporaryFolder();
        var (unbroken, moved) = (corpus.Config(folder["unbroken"]), corpus.Config(folder["here"]));
        SampleRun.Train(unbroken);
        SampleRun.TrainUntilCrash(moved, step: 6);
        Directory.Move(moved.Run, folder["there"]);
        File.Copy(corpus.TokenizerFile, folder["tokenizer.json"]);
        moved = moved with
        {
            Run = folder["there"],
            Tokenizer = folder["tokenizer.json"],
            Checkpoints = new CheckpointConfig { Every = 3, KeepLast = 1 },
            Evaluation = new EvaluationConfig { Every = 4 },
            Data = moved.Data with { HeldOut = [new HeldOutSourceConfig { Name = "made-up", Shards = corpus.HeldOutShards }] },
        };
        SampleRun.Train(moved, resume: true);
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(moved));
    }

    [Fact]
    public void Another_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config);
        var other = SampleCorpus.Train(folder["other.json"], seed: 99);
        Assert.NotEqual(corpus.Tokenizer.Sha256, other.Sha256);
        // The shards notice it first.
        var changed = config with { Tokenizer = folder["other.json"] };
        Assert.Throws<DataException>(() => SampleRun.Train(changed, resume: true));
        // Shards of the other tokenizer in the same places do not.
        SampleCorpus.Write(other, folder["shards"], SampleCorpus.Documents(seed: 2, count: 60));
        var shards = config.Data with { Sources = [config.Data.Sources[0] with { Shards = folder["shards"] }] };
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(changed with { Data = shards }, resume: true));
        Assert.Contains(other.Sha256, exception.Message, StringComparison.Ordinal);
        Assert.Contains(corpus.Tokenizer.Sha256, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_that_changed_under_a_run_are_refused_and_moved_ones_are_not()
    {
        using var folder = new TemporaryFolder();
        SampleCorpus.Write(corpus.Tokenizer, folder["shards"], SampleCorpus.Documents(seed: 2, count: 60));
        var config = corpus.Config(folder["run"]);
        config = config with { Data = config.Data with { Sources = [new TrainSourceConfig { Name = "one", Shards = folder["shards"] }] } };
        SampleRun.TrainUntilCrash(config, step: 7);
        Directory.Move(folder["shards"], folder["original"]);
        // As many tokens in the same files, but one of them another.
        var documents = SampleCorpus.Documents(seed: 2, count: 60).ToArray();
        (documents[3], documents[4]) = (documents[4], documents[3]);
        SampleCorpus.Write(corpus.Tokenizer, folder["shards"], documents);
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(config, resume: true));
        Assert.Contains(folder["shards"], exception.Message, StringComparison.Ordinal);
        Assert.Contains(SampleRun.Checkpoint(config, 5), exception.Message, StringComparison.Ordinal);
        Directory.Delete(folder["shards"], recursive: true);
        Directory.Move(folder["original"], folder["shards"]);
        SampleRun.Train(config, resume: true);
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_tokenizer_s_is_refused()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(config with { Model = config.Model with { VocabularySize = 299 } }));
        Assert.Contains("vocabulary_size is 299", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(config.Run));
    }
}
