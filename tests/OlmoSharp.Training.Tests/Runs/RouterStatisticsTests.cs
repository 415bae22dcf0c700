using System.Text.Json.Nodes;
using OlmoSharp.Data.Shards;
using OlmoSharp.Models;
using OlmoSharp.Training.Callbacks;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Runs;

public sealed class RouterStatisticsTests(SampleCorpus corpus)
{
    /// <summary>The figures once more from the router's logits, token by token.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    [InlineData(1)]
    public void A_step_s_figures_are_those_of_all_its_tokens(int microBatch)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.SparseConfig(folder["run"]) with { MicroBatchSize = microBatch, ZLoss = 1e-3 };
        using var trainer = Trainer.Create(config);
        using var plain = new Transformer(trainer.Model.Config);
        plain.Initialize(config.Seed);
        // Near zero every router is even and every figure trivial.
        foreach (var model in new[] { plain, trainer.Model })
        {
            using var _ = no_grad();
            foreach (var router in model.Parameters.Parameters.Where(parameter => parameter.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal)))
            {
                router.Value.mul_(100);
            }
        }

        var batch = new int[4 * 16];
        using var common = TokenShardSet.Open(config.Data.Sources[0].Shards);
        using var rare = TokenShardSet.Open(config.Data.Sources[1].Shards);
        new TokenDataset([new("common", common, 1), new("rare", rare, 2)], 16, config.Data.Seed).GetBatch(0, 4, batch);
        using var scope = NewDisposeScope();
        using var routing = new Routing();
        plain.Hidden(tensor(batch.Select(token => (long)token).ToArray(), [4, 16]), routing: routing);
        var logits = routing.Layers.Select(layer => layer.Logits.data<float>().Select(value => (double)value).Chunk(5).ToArray()).ToArray();

        var result = trainer.TrainStep();
        var statistics = result.Router!;
        Assert.Equal([0, 1], statistics.Layers.Select(layer => layer.Layer));
        double z = 0, balance = 0;
        foreach (var (layer, rows) in statistics.Layers.Zip(logits))
        {
            Assert.Equal(Load(rows), layer.ExpertLoad.Select(load => Math.Round(load * 128)));
            Assert.Equal(1, layer.ExpertLoad.Sum(), 1e-12);
            Assert.Equal(rows.Average(Entropy), layer.Entropy, 1e-4);
            Assert.Equal(Load(rows).Max() / (128 / 5.0), layer.MaximumLoadRatio, 1e-9);
            Assert.Equal(Load(rows).Count(load => load == 0), layer.IdleExperts);
            Assert.Equal(layer.Entropy, result.Metrics[$"router/{layer.Layer:D2}/entropy"]);
            Assert.Equal(layer.ExpertLoad[3], result.Metrics[$"router/{layer.Layer:D2}/load/03"]);
            z += rows.Average(row => Math.Pow(Math.Log(row.Sum(Math.Exp)), 2)) / 2;
            balance += rows.Chunk(microBatch * 16).Average(Balance) / 2;
        }

        Assert.True(statistics.Layers.Max(layer => layer.MaximumLoadRatio) > 1.2, "the routers are not even");
        Assert.Equal(balance, statistics.LoadBalancingLoss, 1e-4);
        Assert.Equal(z, statistics.RouterZLoss, 1e-4);
        // The router losses are of all tokens, cross entropy of those with a target: 15 of 16.
        Assert.Equal(result.Loss + result.ZLoss + (0.01 * balance + 0.001 * z) * 16 / 15, result.TotalLoss, 1e-4);
    }

    [Fact]
    public void A_dense_model_has_no_router_figures()
    {
        using var folder = new TemporaryFolder();
        using var trainer = Trainer.Create(corpus.Config(folder["run"]) with { ZLoss = 0.01 });
        var result = trainer.TrainStep();
        Assert.Null(result.Router);
        Assert.DoesNotContain(result.Metrics.Keys, name => name.Contains("router", StringComparison.Ordinal) || name.Contains("balancing", StringComparison.Ordinal));
        Assert.Equal(result.Loss + result.ZLoss, result.TotalLoss, 1e-5);
    }

    [Fact]
    public void A_sparse_run_gives_the_same_bits_and_figures_again_and_after_stopping()
    {
        using var folder = new TemporaryFolder();
        var first = corpus.SparseConfig(folder["1"]) with { Threads = 2 };
        var (second, stopped) = (first with { Run = folder["2"] }, first with { Run = folder["3"] });
        SampleRun.Train(first);
        SampleRun.Train(second);
        SampleRun.TrainUntilStopped(stopped, step: 7);
        SampleRun.Train(stopped, resume: true);
        foreach (var other in new[] { second, stopped })
        {
            Assert.Equal(SampleRun.Result(first), SampleRun.Result(other));
            Assert.Equal(SampleRun.Metrics(first), SampleRun.Metrics(other));
        }

        var line = JsonNode.Parse(File.ReadLines(Path.Combine(first.Run, MetricsLog.File)).Last())!;
        Assert.Equal(1, Enumerable.Range(0, 5).Sum(expert => (double)line[$"router/01/load/{expert:D2}"]!), 1e-12);
        Assert.InRange((double)line["train/load_balancing_loss"]!, 0.9, 5);
    }

    private static double[] Load(IEnumerable<double[]> rows)
    {
        var load = new double[5];
        foreach (var row in rows)
        {
            foreach (var expert in Enumerable.Range(0, 5).OrderByDescending(expert => row[expert]).Take(2))
            {
                load[expert]++;
            }
        }

        return load;
    }

    private static double Balance(double[][] rows)
    {
        var load = Load(rows);
        return 5 * Enumerable.Range(0, 5).Sum(expert => load[expert] / load.Sum() * rows.Average(row => Math.Exp(row[expert]) / row.Sum(Math.Exp)));
    }

    private static double Entropy(double[] row)
    {
        var sum = row.Sum(Math.Exp);
        return row.Sum(logit => Math.Exp(logit) / sum * Math.Log(sum / Math.Exp(logit)));
    }
}
