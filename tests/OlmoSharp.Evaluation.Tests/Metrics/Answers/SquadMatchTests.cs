using CsCheck;
using OlmoSharp.Evaluation.Metrics.Answers;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Answers;

public sealed class SquadMatchTests
{
    [Theory]
    [InlineData("The Denver Broncos!", "denver broncos", 1, 1)]
    [InlineData("a the an", "the", 1, 0)] // nothing is left of either
    [InlineData("in 1066 AD", "1066", 0, 0.5)] // precision 1/3, recall 1
    [InlineData("cat cat dog", "cat dog dog", 0, 2.0 / 3)] // two words in common as bags, 2·2/6
    [InlineData("theatre", "atre", 0, 0)] // articles are whole words
    [InlineData("U.S.", "us", 1, 1)]
    [InlineData("x", "y", 0, 0)]
    public void Words_are_compared_as_bags(string prediction, string reference, double exact, double f1)
    {
        var score = SquadMatch.Score(prediction, reference);
        Assert.Equal(exact, score.ExactMatch);
        Assert.Equal(f1, score.F1, 12);
    }

    [Fact]
    public void The_best_reference_counts()
    {
        var score = SquadMatch.Score("New York City", ["York", "the new york city", "city"]);
        Assert.Equal(new AnswerScore(1, 1), score);
        Assert.Throws<EvaluationException>(() => SquadMatch.Score("x", []));
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_precision_and_recall_and_symmetric() =>
        Gen.Select(Gen.Char['b', 'f'].Array[1, 8], Gen.Char['b', 'f'].Array[1, 8]).Sample((first, second) =>
        {
            // The same by sorting and counting letter by letter.
            double common = "bcdef".Sum(letter => Math.Min(first.Count(other => other == letter), second.Count(other => other == letter)));
            var (precision, recall) = (common / first.Length, common / second.Length);
            var expected = common == 0 ? 0 : 2 * precision * recall / (precision + recall);
            var actual = SquadMatch.Score(string.Join(' ', first), string.Join(' ', second)).F1;
            return Math.Abs(actual - expected) < 1e-12 && actual == SquadMatch.Score(string.Join(' ', second), string.Join(' ', first)).F1;
        });
}
