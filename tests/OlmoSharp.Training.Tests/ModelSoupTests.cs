using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Tests.Runs;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests;

public sealed class ModelSoupTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(5, false)]
    public void Weights_are_the_means_of_the_models(int count, bool isSparse)
    {
        using var folder = new TemporaryFolder();
        var paths = Enumerable.Range(0, count)
            .Select(i => Save(folder[$"model-{i}"], seed: i, config => isSparse ? corpus.SparseConfig("unused").Model : config))
            .ToArray();
        ModelSoup.Save(paths, folder["soup"]);

        var ingredients = paths.Select(Weights).ToArray();
        foreach (var (name, soup) in Weights(folder["soup"]))
        {
            for (var i = 0; i < soup.Length; i++)
            {
                var values = ingredients.Select(weights => weights[name][i]).ToArray();
                // Rounding of float32 sums.
                Assert.Equal(values.Average(), soup[i], 1e-6 * values.Max(Math.Abs));
            }
        }

        Checkpoint.Verify(folder["soup"]);
        Assert.Equal(File.ReadAllBytes(corpus.TokenizerFile), File.ReadAllBytes(Path.Combine(folder["soup"], "tokenizer.json")));
    }

    [Fact]
    public void Models_that_do_not_fit_together_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        string first = Save(folder["first"], 1), other = Save(folder["other"], 2, config => config with { RopeTheta = 1 });
        var shape = Assert.Throws<TrainingException>(() => ModelSoup.Save([first, other], folder["soup"]));
        Assert.Contains(other, shape.Message, StringComparison.Ordinal);
        Assert.Contains("architecture", shape.Message, StringComparison.Ordinal);
        var second = Save(folder["second"], 3);
        SampleCorpus.Train(Path.Combine(second, "tokenizer.json"), seed: 99);
        var tokenizer = Assert.Throws<TrainingException>(() => ModelSoup.Save([first, second], folder["soup"]));
        Assert.Contains("tokenizer", tokenizer.Message, StringComparison.Ordinal);
        Assert.Throws<TrainingException>(() => ModelSoup.Save([first], folder["soup"]));
        Assert.False(Directory.Exists(folder["soup"]));
        Assert.Throws<TrainingException>(() => ModelSoup.Save([first, first], first));
    }

    private string Save(string path, int seed, Func<ModelConfig, ModelConfig>? change = null)
    {
        using var model = new Transformer((change ?? (config => config))(corpus.Config("unused").Model));
        model.Initialize(seed);
        Checkpoint.Save(path, model, corpus.Tokenizer, training: null);
        return path;
    }

    private static Dictionary<string, double[]> Weights(string path)
    {
        using var scope = NewDisposeScope();
        using var model = ModelFolder.Load(path);
        return ModelFolder.NamedTensors(model).ToDictionary(
            pair => pair.Name, pair => pair.Tensor.to_type(ScalarType.Float64).contiguous().data<double>().ToArray());
    }
}
