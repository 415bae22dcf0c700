using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData(2, 2, 0, new long[] { 10, 12 })]
    [InlineData(2, 1, 0, new long[] { 12 })]
    [InlineData(2, 2, 4, new long[] { 4, 8, 10, 12 })]
    [InlineData(5, 1, 5, new long[] { 5, 10, 12 })]
    [InlineData(5, 1, 7, new long[] { 12 })]
    [InlineData(0, 3, 0, new long[] { 12 })]
    [InlineData(100, 3, 0, new long[] { 12 })]
    public void The_last_and_those_at_round_steps_stay(long every, int keepLast, long keepEvery, long[] expected)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with { Checkpoints = new CheckpointConfig { Every = every, KeepLast = keepLast, KeepEvery = keepEvery } };
        SampleRun.Train(config);
        Assert.Equal(expected, new CheckpointStore(config.Run).Steps());
        Assert.Equal(expected.Select(step => $"step-{step:D8}"), Directory.GetFileSystemEntries(Path.Combine(config.Run, "checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_an_interrupted_save_left_is_removed_and_never_taken_for_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var (unbroken, config) = (corpus.Config(folder["unbroken"]), corpus.Config(folder["run"]));
        SampleRun.Train(unbroken);
        SampleRun.TrainUntilCrash(config, step: 8);
        var unfinished = Path.Combine(config.Run, "checkpoints", ".writing-step-00000010");
        Directory.CreateDirectory(Path.Combine(unfinished, "training"));
        File.WriteAllText(Path.Combine(unfinished, "model.safetensors"), "half");
        Assert.Equal([5], new CheckpointStore(config.Run).Steps());
        using (Trainer.Create(config, resume: true))
        {
            Assert.False(Directory.Exists(unfinished));
        }

        Directory.CreateDirectory(unfinished);
        SampleRun.Train(config, resume: true);
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(config));
        Assert.Empty(SampleRun.Leftovers(config));
    }

    [Fact]
    public void A_checkpoint_is_a_model_folder_that_loads_by_itself()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        using var trainer = Trainer.Create(config);
        trainer.TrainStep();
        var path = trainer.SaveCheckpoint();
        using var model = ModelFolder.Load(path);
        Assert.Equal((corpus.Tokenizer.EndOfTextId, corpus.Tokenizer.PaddingId), (model.Config.EndOfTextId, model.Config.PaddingId));
        foreach (var (saved, loaded) in trainer.Model.Parameters.Vectors.Zip(model.Parameters.Vectors))
        {
            Assert.Equal(saved.data<float>().ToArray(), loaded.data<float>().ToArray());
        }

        Assert.Equal(File.ReadAllBytes(corpus.TokenizerFile), File.ReadAllBytes(Path.Combine(path, "tokenizer.json")));
        var state = Checkpoint.ReadState(path);
        Assert.Equal((1, 64, 1, corpus.Tokenizer.Sha256), (state.Step, state.Tokens, state.Updates, state.TokenizerSha256));
    }

    [Fact]
    public void A_later_stage_takes_weights_and_moments_and_begins_at_step_zero()
    {
        using var folder = new TemporaryFolder();
        var first = corpus.Config(folder["first"]);
        SampleRun.Train(first);
        var second = corpus.Config(folder["second"]) with { InitialCheckpoint = SampleRun.Checkpoint(first), Steps = 4 };
        using (var trainer = Trainer.Create(second))
        {
            Assert.Equal(0, trainer.Step);
            Assert.Equal(SampleRun.Sha256(Path.Combine(SampleRun.Checkpoint(first), "training/optimizer.safetensors")),
                SampleRun.Sha256(Path.Combine(trainer.SaveCheckpoint(), "training/optimizer.safetensors")));
        }

        SampleRun.Train(second, resume: true);
        var state = Checkpoint.ReadState(SampleRun.Checkpoint(second));
        Assert.Equal((4, 12 + 4), (state.Step, state.Updates));

        var missing = corpus.Config(folder["third"]) with { InitialCheckpoint = folder["none"] };
        Assert.Contains(folder["none"], Assert.Throws<TrainingException>(() => Trainer.Create(missing)).Message, StringComparison.Ordinal);
    }
}
