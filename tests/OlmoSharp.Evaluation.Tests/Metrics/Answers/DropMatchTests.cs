using CsCheck;
using OlmoSharp.Evaluation.Metrics.Answers;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Answers;

public sealed class DropMatchTests
{
    // Cases of the metric's published description: articles, order and case do not matter, numbers must agree, bags are aligned one to one.
    [Theory]
    [InlineData("td", "TD", 1, 1)]
    [InlineData("10 feet", "the 10 feet", 1, 1)]
    [InlineData("10 feet", "9 feet", 0, 0)] // the number is wrong, whatever else agrees
    [InlineData("ten feet", "9 feet", 0, 0)]
    [InlineData("5", "5.0", 1, 1)]
    [InlineData("5%", "5", 1, 1)]
    [InlineData("$1,500", "1500", 1, 1)]
    [InlineData("Seattle-based team", "seattle team", 0, 0.8)]
    [InlineData("", "the", 1, 1)] // both bags are empty
    [InlineData("Chicago Bears|Miami", "Miami|Chicago Bears", 1, 1)]
    [InlineData("Miami", "Miami|Chicago Bears", 0, 0.5)]
    [InlineData("Miami Chicago Bears", "Miami|Chicago Bears", 0, 0.4)] // one partner only: F1 of {miami,chicago,bears} with {chicago,bears} is 0.8, by 2
    [InlineData("a|a", "a", 0, 0.5)] // as sets equal, as lists not
    public void Answers_are_scored_by_aligned_bags(string prediction, string reference, double exact, double f1)
    {
        var score = DropMatch.Score(prediction.Split('|'), reference.Split('|'));
        Assert.Equal(exact, score.ExactMatch);
        Assert.Equal(f1, score.F1, 12);
    }

    [Fact]
    public void F1_is_rounded_to_two_places() => Assert.Equal(0.67, DropMatch.Score(["red fox"], ["fox"]).F1);

    [Fact]
    public void The_best_validated_answer_counts_and_empty_ones_do_not()
    {
        Assert.Equal(new AnswerScore(1, 1), DropMatch.ScoreBest(["7"], [["six"], ["7"]]));
        Assert.Equal(new AnswerScore(0, 0), DropMatch.ScoreBest([""], [[" "]]));
        Assert.Throws<EvaluationException>(() => DropMatch.ScoreBest(["x"], []));
        Assert.Throws<EvaluationException>(() => DropMatch.ScoreBest(["x"], [[]]));
    }

    [Theory]
    [InlineData("The 1,234.50-yard RUN", "123450.0 yard run")] // a comma makes it no number, so the point goes too: the metric's own rule
    [InlineData("The 1234.50-yard RUN", "1234.5 yard run")]
    [InlineData("don't  stop", "dont stop")]
    [InlineData("1e3 apples", "1000.0 apples")]
    [InlineData("-5", "5.0")] // the hyphen splits, so the sign is lost: the metric's own rule
    public void Spans_have_a_normal_form(string text, string expected) => Assert.Equal(expected, DropMatch.Normalize(text));

    [Fact]
    public void The_alignment_has_the_largest_total_of_all_permutations() =>
        Gen.Int[1, 5].SelectMany(rows => Gen.Int[1, 5].SelectMany(columns => Gen.Double[0, 1].Array[columns].Array[rows])).Sample(scores =>
            Math.Abs(BagAlignment.LargestTotal(scores) - BestByTrial(scores, 0, [])) < 1e-12);

    private static double BestByTrial(double[][] scores, int row, HashSet<int> used)
    {
        if (row == scores.Length)
        {
            return 0;
        }

        var best = BestByTrial(scores, row + 1, used);
        for (var column = 0; column < scores[row].Length; column++)
        {
            if (used.Add(column))
            {
                best = Math.Max(best, scores[row][column] + BestByTrial(scores, row + 1, used));
                used.Remove(column);
            }
        }

        return best;
    }
}
