using System.Text.Json.Nodes;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Evaluation;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Evaluation;

public sealed class HeldOutEvaluationTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData(0, new long[] { 12 })]
    [InlineData(5, new long[] { 5, 10, 12 })]
    [InlineData(6, new long[] { 6, 12 })]
    public void Runs_at_its_interval_and_after_the_last_step(long every, long[] expected)
    {
        using var folder = new TemporaryFolder();
        var config = WithHeldOut(folder) with { Evaluation = new EvaluationConfig { Every = every, BatchSize = 3 } };
        SampleRun.Train(config);
        var lines = SampleRun.Metrics(config).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(expected, lines.Where(line => line["heldout/all/loss"] is not null).Select(line => (long)line["step"]!));

        // What the log says of the last step is what the saved model scores.
        using var trainer = Trainer.Create(config, resume: true);
        using var model = ModelFolder.Load(SampleRun.Checkpoint(config));
        var scores = trainer.HeldOut.Select(source => HeldOutEvaluator.Evaluate(model, source, 16, 8, TestContext.Current.CancellationToken)).ToList();
        Assert.Equal(scores[0].BitsPerByte, (double)lines[^1]["heldout/made-up/bits_per_byte"]!, 1e-6);
        Assert.Equal(scores[1].Loss, (double)lines[^1]["heldout/rare/loss"]!, 1e-6);
        Assert.Equal((scores[0] + scores[1]).BitsPerByte, (double)lines[^1]["heldout/all/bits_per_byte"]!, 1e-6);
    }

    [Fact]
    public void Does_not_touch_the_training()
    {
        using var folder = new TemporaryFolder();
        var (with, without) = (WithHeldOut(folder) with { Evaluation = new EvaluationConfig { Every = 1 } }, corpus.Config(folder["without"]));
        SampleRun.Train(with);
        SampleRun.Train(without);
        Assert.Equal(SampleRun.Result(without), SampleRun.Result(with));
    }

    [Fact]
    public void What_was_stopped_after_the_last_step_is_measured_when_the_run_goes_on()
    {
        using var folder = new TemporaryFolder();
        var config = WithHeldOut(folder);
        using (var log = new MetricsLog())
        using (var trainer = Trainer.Create(config))
        {
            var evaluation = new HeldOutEvaluation(new CancellationToken(canceled: true));
            trainer.Run([evaluation, log, new CheckpointSaver()], TestContext.Current.CancellationToken);
            Assert.True(evaluation.WasStopped);
        }

        Assert.DoesNotContain(SampleRun.Metrics(config), line => line.Contains("heldout/", StringComparison.Ordinal));
        SampleRun.Train(config, resume: true);
        SampleRun.Train(config, resume: true);
        var measured = Assert.Single(SampleRun.Metrics(config), line => line.Contains("heldout/", StringComparison.Ordinal));
        Assert.Equal(12, (long)JsonNode.Parse(measured)!["step"]!);

        // A run that was not stopped measures the same.
        var whole = config with { Run = folder["whole"] };
        SampleRun.Train(whole);
        Assert.Equal((double)JsonNode.Parse(SampleRun.Metrics(whole)[^1])!["heldout/all/loss"]!, (double)JsonNode.Parse(measured)!["heldout/all/loss"]!);
    }

    private TrainConfig WithHeldOut(TemporaryFolder folder)
    {
        var config = corpus.Config(folder["with"]);
        return config with
        {
            Data = config.Data with
            {
                HeldOut =
                [
                    new HeldOutSourceConfig { Name = "made-up", Shards = corpus.HeldOutShards },
                    new HeldOutSourceConfig { Name = "rare", Shards = config.Data.Sources[1].Shards },
                ],
            },
        };
    }
}
