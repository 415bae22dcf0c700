using OlmoSharp.Data.Shards;
using OlmoSharp.Models;
using OlmoSharp.Torch.Operators;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Tests.Optimization;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Runs;

public sealed class TrainingStepTests(SampleCorpus corpus)
{
    /// <summary>A second training loop: whole batches, targets shifted by hand, float64 AdamW over the Hugging Face tensors one by one.</summary>
    [Fact]
    public void Steps_are_those_of_a_plain_loop()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with
        {
            Optimizer = new OptimizerConfig { LearningRate = 5e-3, WeightDecay = 0.3, ClipNorm = 0.7, Epsilon = 1e-6 },
            ZLoss = 1e-2,
        };
        using var trainer = Trainer.Create(config);
        using var plain = new Transformer(trainer.Model.Config);
        plain.Initialize(config.Seed);
        plain.Parameters.EnableGradients();
        using var common = TokenShardSet.Open(config.Data.Sources[0].Shards);
        using var rare = TokenShardSet.Open(config.Data.Sources[1].Shards);
        var dataset = new TokenDataset([new("common", common, 1), new("rare", rare, 2)], 16, config.Data.Seed);
        var optimizer = new PlainAdamW(config.Optimizer);
        for (var step = 1; step <= 12; step++)
        {
            using var scope = NewDisposeScope();
            var result = trainer.TrainStep();

            var batch = new int[4 * 16];
            dataset.GetBatch(step - 1, 4, batch);
            var targets = batch.Select((_, i) => i % 16 == 15 ? LinearCrossEntropy.IgnoredTarget : batch[i + 1]).ToArray();
            var loss = plain.Loss(tensor(batch.Select(token => (long)token).ToArray(), [4, 16]), tensor(targets, [4, 16]), 1.0 / 60, config.ZLoss);
            loss.Total.backward();
            // Three steps of warmup, then half a cosine wave from the peak to a tenth of it.
            var rate = 5e-3 * (step <= 3 ? step / 3.0 : 0.55 + 0.45 * Math.Cos(Math.PI * (step - 3) / 9));
            var norm = optimizer.Step(plain, rate);

            Assert.Equal(step, result.Step);
            Assert.Equal(step * 64, result.Tokens);
            Assert.False(result.Skipped);
            Assert.Equal(rate, result.LearningRate, 1e-12);
            Assert.Equal(loss.CrossEntropy.sum().item<double>() / 60, result.Loss, 1e-4);
            Assert.Equal(config.ZLoss * loss.SquaredLogNormalizer.sum().item<double>() / 60, result.ZLoss, 1e-4);
            Assert.Equal(norm, result.GradientNorm, 1e-3 * norm);
        }

        PlainAdamW.RequireClose(plain, trainer.Model, 2e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Micro_batches_give_the_weights_of_the_whole_batch(int microBatch)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["whole"]) with { MicroBatchSize = 0, Optimizer = new OptimizerConfig { LearningRate = 5e-3, Epsilon = 1e-6 } };
        using var whole = Trainer.Create(config);
        using var parts = Trainer.Create(config with { Run = folder["parts"], MicroBatchSize = microBatch });
        for (var step = 0; step < 8; step++)
        {
            var (expected, actual) = (whole.TrainStep(), parts.TrainStep());
            Assert.Equal(expected.Loss, actual.Loss, 1e-4);
            Assert.Equal(expected.GradientNorm, actual.GradientNorm, 1e-3 * expected.GradientNorm);
        }

        PlainAdamW.RequireClose(whole.Model, parts.Model, 2e-4);
    }

    [Fact]
    public void A_skipped_step_changes_no_weight_and_leaves_no_gradient()
    {
        using var folder = new TemporaryFolder();
        // Zero spread is allowed for after the first two steps, so steps of higher loss or gradient are skipped.
        using var trainer = Trainer.Create(corpus.Config(folder["run"]) with { Steps = 30, SpikeGuard = new SpikeGuardConfig { Window = 2, Sigmas = 1e-9 } });
        var (skipped, applied) = (0, 0);
        for (var step = 0; step < 30; step++)
        {
            var before = Bits(trainer.Model);
            var result = trainer.TrainStep();
            if (result.Skipped)
            {
                Assert.Equal(before, Bits(trainer.Model));
                skipped++;
            }
            else
            {
                Assert.NotEqual(before, Bits(trainer.Model));
                applied++;
            }

            Assert.All(trainer.Model.Parameters.Gradients, gradient => Assert.Equal(0, gradient.count_nonzero().item<long>()));
        }

        Assert.Equal(skipped, trainer.SkippedSteps);
        Assert.True(skipped > 3 && applied > 3, $"{skipped} skipped, {applied} applied");
    }

    [Fact]
    public void The_model_learns()
    {
        using var folder = new TemporaryFolder();
        using var trainer = Trainer.Create(corpus.Config(folder["run"]) with { Steps = 150, Schedule = new ScheduleConfig { WarmupSteps = 10 } });
        var losses = Enumerable.Range(0, 150).Select(_ => trainer.TrainStep().Loss).ToArray();
        Assert.Equal(Math.Log(SampleCorpus.VocabularySize), losses[0], 0.2);
        Assert.True(losses[^10..].Average() < 0.7 * losses[..3].Average(), $"{losses[0]} fell to {losses[^1]} only");
    }

    [Fact]
    public void Memory_does_not_grow_with_the_steps()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the resident size is read from /proc");
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with { Steps = 100_000 };
        using var trainer = Trainer.Create(config);
        // A leaked gradient of the embedding would be 20 kB a step, 10 MB in every window. Code compiled again once it
        // proves hot, or an arena the allocator opens, also costs some MB, but only in the window in which it happens.
        Steps(500);
        var growth = Enumerable.Range(0, 4).Select(_ =>
        {
            var before = ResidentBytes();
            Steps(500);
            return ResidentBytes() - before;
        }).ToArray();
        Assert.True(growth.Min() < 4L << 20, $"the resident size grew by {string.Join(", ", growth)} bytes in four windows of 500 steps");

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                trainer.TrainStep();
            }
        }

        static long ResidentBytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensors_do_not_pile_up_with_the_steps(bool isSparse)
    {
        using var folder = new TemporaryFolder();
        var config = isSparse ? corpus.SparseConfig(folder["run"]) : corpus.Config(folder["run"]);
        using var trainer = Trainer.Create(config with { Data = config.Data with { HeldOut = [new() { Name = "x", Shards = corpus.HeldOutShards }] } });
        Step();
        Step();
        // Tensors that other tests left to the collector may go at any moment; none may come.
        var before = Tensor.TotalCount;
        for (var i = 0; i < 5; i++)
        {
            Step();
        }

        Assert.InRange(Tensor.TotalCount, 0, before);

        void Step()
        {
            trainer.TrainStep();
            Evaluation.HeldOutEvaluatorTests.Score(trainer, 3);
        }
    }

    private static int[][] Bits(Transformer model)
        => [.. model.Parameters.Vectors.Select(vector => vector.data<float>().Select(BitConverter.SingleToInt32Bits).ToArray())];
}
