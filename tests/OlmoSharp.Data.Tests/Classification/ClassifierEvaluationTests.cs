using System.Text;
using OlmoSharp.Data.Classification;
using Xunit;

namespace OlmoSharp.Data.Tests.Classification;

public sealed class ClassifierEvaluationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Of 4 texts of a, 3 are found; of 3 of b, 2; of 1 of c none. b is said 3 times, a 4 times, c once.
    [Fact]
    public void Precision_recall_and_F1_are_those_counted_by_hand()
    {
        var model = Model();
        var result = Run(model, "a:aa a:aa a:aa a:bb b:bb b:bb b:cc c:aa");
        Assert.Equal(["a 4 4 3", "b 3 3 2", "c 1 1 0"], result.Labels.OrderBy(label => label.Label, StringComparer.Ordinal).Select(label => $"{label.Label} {label.Texts} {label.Predicted} {label.Right}"));
        var a = result.Labels.Single(label => label.Label == "a");
        Assert.Equal((0.75, 0.75, 0.75), (a.Precision, a.Recall, a.F1));
        Assert.Equal(5 / 8.0, result.Accuracy);
        Assert.Equal((0.75 + 2 / 3.0 + 0) / 3, result.MacroF1, 1e-12);
        Assert.Equal(1, result.Confused(result.Names.ToList().IndexOf("b"), result.Names.ToList().IndexOf("c")));
        Assert.Equal(0, result.Unscored);
        Assert.True(double.IsNaN(Run(model, "a:aa b:aa").Labels.Single(label => label.Label == "c").Recall));
    }

    [Fact]
    public void Loss_and_calibration_follow_their_definitions()
    {
        var model = Model();
        const string Pairs = "a:aa a:aa,bb b:bb,aa,cc c:bb b:cc,bb a:zz c:cc c:cc,aa";
        var result = Run(model, Pairs);
        var scored = Pairs.Split(' ').Select(pair =>
        {
            var scores = new float[3];
            model.NewScorer().TryScore(Encoding.UTF8.GetBytes(pair[2..].Replace(',', ' ')), scores);
            var byLabel = model.Labels.Zip(scores).ToDictionary(item => item.First, item => (double)item.Second);
            return (Truth: pair[..1], Scores: byLabel, Best: byLabel.MaxBy(item => item.Value));
        }).ToList();
        Assert.Equal(scored.Average(text => -Math.Log(Math.Min(1, text.Scores[text.Truth]))), result.LogLoss, 1e-6);
        var bins = scored.GroupBy(text => (int)(text.Best.Value * 10)).OrderBy(bin => bin.Key).ToList();
        Assert.Equal(bins.Select(bin => (long)bin.Count()), result.Calibration.Select(bin => bin.Texts));
        Assert.All(bins.Zip(result.Calibration), pair => Assert.Equal(pair.First.Average(text => text.Best.Value), pair.Second.MeanScore, 1e-6));
        Assert.Equal(
            bins.Sum(bin => Math.Abs(bin.Sum(text => text.Best.Value) - bin.Count(text => text.Best.Key == text.Truth))) / scored.Count, result.CalibrationError, 1e-6);
    }

    [Fact]
    public void A_label_that_the_model_does_not_know_is_an_error()
    {
        Assert.Contains("t.txt, line 2: the model has no label d; it has ", Assert.Throws<DataException>(() => Run(Model(), "a:aa d:aa")).Message);
        Assert.Contains("there are no texts", Assert.Throws<DataException>(() => ClassifierEvaluation.Run(Model(), Texts("\n"), cancellation: TestContext.Current.CancellationToken)).Message);
    }

    private TextClassifier Model() => ClassifierTrainer.Train(
        Texts(string.Join('\n', Enumerable.Repeat("__label__a aa\n__label__b bb\n__label__c cc", 10))),
        new ClassifierTraining { WordNGrams = 1, Epochs = 30, LearningRate = 0.5 },
        cancellation: TestContext.Current.CancellationToken).Model;

    private ClassifierEvaluation Run(TextClassifier model, string pairs) => ClassifierEvaluation.Run(
        model, Texts(string.Join('\n', pairs.Split(' ').Select(pair => $"__label__{pair[..1]} {pair[2..].Replace(',', ' ')}"))), cancellation: TestContext.Current.CancellationToken);

    private LabelledTexts Texts(string content) => new([new LabelledInput(_folder.Write("t.txt", content))]);
}
