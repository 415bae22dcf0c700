using System.Text;
using OlmoSharp.Data.Classification;
using OlmoSharp.Data.Seeding;
using Xunit;

namespace OlmoSharp.Data.Tests.Classification;

public sealed class ClassifierTrainerTests : IDisposable
{
    private static readonly string[] Vocabulary = ["über", "rain", "sun", "katze", "雨", "wind", "snow", "fog", "ice", "hot"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_is_that_of_a_plain_implementation_in_double_precision()
    {
        var lines = RandomLines(new Random(3), 30);
        var options = new ClassifierTraining { Dimensions = 11, WordNGrams = 3, MinChars = 1, MaxChars = 3, Buckets = 97, MinCount = 2, Epochs = 4, LearningRate = 0.4, Seed = 5 };
        var trained = Train(lines, options);

        var counts = lines.SelectMany(line => line.Text.Split(' ').Append("</s>")).CountBy(word => word).Where(pair => pair.Value >= 2);
        var words = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).ToList();
        var labels = lines.CountBy(line => line.Label).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).ToList();
        Assert.Equal(labels, trained.Model.Labels);

        // The same first vectors and order of texts; all else is written anew.
        var first = ClassifierTrainer.NewModel(trained.Model.Vocabulary, options);
        var naive = new NaiveClassifier(words, 3, 1, 3, 97)
        {
            Input = [.. ((DenseRows)first.Input).Values.Select(value => (double)value).Chunk(11)],
            Output = [.. labels.Select(_ => new double[11])],
        };
        Assert.Equal(words.Count + 97, naive.Input.Length);
        var order = Enumerable.Range(0, lines.Count).ToArray();
        var wordsDone = 0;
        var allWords = 4.0 * lines.Sum(line => line.Text.Split(' ').Length + 1);
        var losses = new List<double>();
        for (var epoch = 0; epoch < 4; epoch++)
        {
            new SeededNumbers(5 * 2_000_003 + 2 * epoch + 1).Shuffle(order);
            losses.Add(order.Average(i =>
            {
                var (label, features) = (labels.IndexOf(lines[i].Label), naive.Features(lines[i].Text));
                var loss = naive.Loss(features, label);
                naive.Step(features, label, 0.4 * (1 - wordsDone / allWords));
                wordsDone += lines[i].Text.Split(' ').Length + 1;
                return loss;
            }));
        }

        Assert.All(losses.Zip(trained.EpochLosses), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.True(losses[^1] < losses[0]);
        var scorer = trained.Model.NewScorer();
        var scores = new float[labels.Count];
        foreach (var (_, text) in RandomLines(new Random(4), 30))
        {
            Assert.True(scorer.TryScore(Encoding.UTF8.GetBytes(text), scores));
            var expected = naive.Probabilities(naive.Features(text));
            Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First + 1e-5, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void A_step_goes_along_the_gradient_that_finite_differences_give()
    {
        const double Rate = 1e-2;
        var random = new Random(1);
        float[] Values(int rows) => [.. Enumerable.Range(0, rows * 9).Select(_ => random.NextSingle() - 0.5f)];
        var (input, output) = (Values(6), Values(4));
        int[] features = [0, 2, 2, 5, 3];
        var (changedInput, changedOutput) = (new DenseRows([.. input], 9), new DenseRows([.. output], 9));
        new GradientStep(changedInput, changedOutput, 9).Take(features, 2, (float)Rate);
        for (var i = 0; i < input.Length + output.Length; i++)
        {
            var (values, changed, at) = i < input.Length ? (input, changedInput.Values, i) : (output, changedOutput.Values, i - input.Length);
            var slope = (Loss(values, at, 1e-3f) - Loss(values, at, -1e-3f)) / 2e-3;
            Assert.Equal(-slope, (changed[at] - values[at]) / Rate, 2e-4);
        }

        double Loss(float[] values, int at, float change)
        {
            values[at] += change;
            var loss = new NaiveClassifier([], 1, 0, 0, 1)
            {
                Input = [.. input.Select(value => (double)value).Chunk(9)],
                Output = [.. output.Select(value => (double)value).Chunk(9)],
            }.Loss(features, 2);
            values[at] -= change;
            return loss;
        }
    }

    [Fact]
    public void Texts_that_words_tell_apart_are_told_apart()
    {
        var random = new Random(2);
        var lines = Enumerable.Range(0, 200).Select(i => (Label: i % 2 == 0 ? "wet" : "dry", Text: string.Join(' ', Enumerable.Range(0, 6).Select(_ => random.Next(3) switch
        {
            0 => i % 2 == 0 ? "rain" : "sun",
            1 => "and",
            _ => $"x{random.Next(50)}",
        }).Append(i % 2 == 0 ? "rain" : "sun")))).ToList();
        var model = Train(lines[..100], new ClassifierTraining { Buckets = 1000, Epochs = 20, LearningRate = 0.5 }).Model;
        var evaluation = ClassifierEvaluation.Run(model, Texts(lines[100..]), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(1, evaluation.Accuracy);
        Assert.Equal(1, evaluation.MacroF1);
        Assert.InRange(evaluation.LogLoss, 0, 0.05);
    }

    [Fact]
    public void Order_of_words_is_seen_by_word_n_grams_alone()
    {
        var lines = Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? ("first", "sun rain") : ("second", "rain sun")).ToList();
        var options = new ClassifierTraining { Buckets = 1000, Epochs = 50, LearningRate = 0.5 };
        Assert.Equal(1, ClassifierEvaluation.Run(Train(lines, options).Model, Texts(lines), cancellation: TestContext.Current.CancellationToken).Accuracy);
        Assert.Equal(0.5, ClassifierEvaluation.Run(Train(lines, options with { WordNGrams = 1 }).Model, Texts(lines), cancellation: TestContext.Current.CancellationToken).Accuracy);
    }

    [Fact]
    public void The_seed_decides_the_model()
    {
        var lines = RandomLines(new Random(6), 20);
        var options = new ClassifierTraining { Buckets = 50 };
        Assert.Equal(Saved(options), Saved(options));
        Assert.NotEqual(Saved(options), Saved(options with { Seed = 2 }));

        byte[] Saved(ClassifierTraining training)
        {
            Train(lines, training).Model.Save(_folder.At("model.bin"));
            return File.ReadAllBytes(_folder.At("model.bin"));
        }
    }

    [Fact]
    public void A_model_is_read_back_as_it_was_and_no_changed_byte_goes_unnoticed()
    {
        var path = _folder.At("models", "model.bin");
        var options = new ClassifierTraining { Dimensions = 3, Buckets = 20, MinChars = 2, MaxChars = 3, LowerCase = true, Seed = 9 };
        var model = Train(RandomLines(new Random(7), 12), options).Model;
        model.Save(path);
        var read = TextClassifier.Load(path);
        Assert.Equal(options, read.Training);
        Assert.Equal(Scores(model, "RAIN Über 雨"), Scores(read, "rain über 雨"));
        Assert.NotEqual(Scores(model, "rain"), Scores(model, "sun"));

        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at += 3)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << at % 8);
            Assert.Throws<DataException>(() => TextClassifier.Load(_folder.Write("damaged.bin", damaged)));
        }

        for (var cut = 1; cut < 260; cut++)
        {
            Assert.Throws<DataException>(() => TextClassifier.Load(_folder.Write("damaged.bin", whole[..^cut])));
        }
    }

    [Theory]
    [InlineData("__label__a x\n__label__a y", "all texts have the label a; a classifier needs at least two")]
    [InlineData("__label__a x\ny", ", line 2: does not begin with __label__NAME")]
    [InlineData("__label__a x\n__label__a __label__b y", ", line 2: has several labels")]
    [InlineData("__label__ x", "line 1: the label \"\" is empty or has white space in it")]
    [InlineData("\n", "there are no texts to train on")]
    public void What_cannot_be_trained_on_is_said(string content, string expected)
    {
        var texts = new LabelledTexts([new LabelledInput(_folder.Write("t.txt", content))]);
        Assert.Contains(expected, Assert.Throws<DataException>(() => ClassifierTrainer.Train(texts, new ClassifierTraining { Buckets = 10 }, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Training_that_diverges_is_an_error()
    {
        // One text with two labels: no step can be right for both, and each multiplies the vectors.
        var lines = Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? "a" : "b", "x")).ToList();
        var error = Assert.Throws<DataException>(() => Train(lines, new ClassifierTraining { Buckets = 2, LearningRate = 100, Epochs = 10 }));
        Assert.Contains("the training diverged in epoch", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        var lines = RandomLines(new Random(8), 5);
        Assert.Contains("Dimensions must be between 1 and 4096", Assert.Throws<DataException>(() => Train(lines, new ClassifierTraining { Dimensions = 0 })).Message);
        Assert.Contains("the longest character n-gram has 0 characters, fewer than the shortest with 2", Assert.Throws<DataException>(() => Train(lines, new ClassifierTraining { MinChars = 2 })).Message);
    }

    private static float[] Scores(TextClassifier model, string text)
    {
        var scores = new float[model.Labels.Count];
        Assert.True(model.NewScorer().TryScore(Encoding.UTF8.GetBytes(text), scores));
        return scores;
    }

    private TrainedClassifier Train(IReadOnlyList<(string Label, string Text)> lines, ClassifierTraining options) =>
        ClassifierTrainer.Train(Texts(lines), options, cancellation: TestContext.Current.CancellationToken);

    private LabelledTexts Texts(IReadOnlyList<(string Label, string Text)> lines) =>
        new([new LabelledInput(_folder.Write("lines.txt", string.Join('\n', lines.Select(line => $"__label__{line.Label} {line.Text}"))))]);

    private static List<(string Label, string Text)> RandomLines(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => (
            new[] { "a", "b", "b", "c", "c", "c" }[random.Next(6)], string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => Vocabulary[random.Next(Vocabulary.Length)])))),
    ];
}
