using OlmoSharp.Evaluation.Metrics.Answers;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Answers;

public sealed class ExactMatchTests
{
    // The examples of Hugging Face's page of the metric: references and predictions of which 25 %, 50 %, 75 % and 100 % match.
    private static readonly (string Reference, string Prediction)[] Published =
        [("the cat", "cat?"), ("theater", "theater"), ("YELLING", "yelling"), ("agent007", "agent")];

    [Fact]
    public void The_published_examples_come_out()
    {
        Assert.Equal(0.25, Share(new ExactMatch()));
        Assert.Equal(0.5, Share(new ExactMatch(["the ", "yell"]) { IgnoreCase = true, IgnorePunctuation = true }));
        Assert.Equal(0.75, Share(new ExactMatch(["the ", "yell", "YELL"]) { IgnoreCase = true, IgnorePunctuation = true }));
        Assert.Equal(1.0, Share(new ExactMatch(["the ", "yell", "YELL"]) { IgnoreCase = true, IgnorePunctuation = true, IgnoreNumbers = true }));
    }

    [Theory]
    [InlineData("1,000", "1000", true)]
    [InlineData("$12.", "12", true)]
    [InlineData("So\n#### 5", "5", true)]
    [InlineData("5.0", "5", false)]
    public void Grade_school_math_ignores_what_is_no_number(string prediction, string reference, bool expected) =>
        Assert.Equal(expected, ExactMatch.GradeSchoolMath.Matches(prediction, reference));

    [Fact]
    public void One_of_several_references_is_enough() => Assert.True(new ExactMatch { IgnoreCase = true }.MatchesAny("B", ["a", "b"]));

    [Fact]
    public void An_expression_that_is_not_valid_is_named() =>
        Assert.Contains("'(a'", Assert.Throws<EvaluationException>(() => new ExactMatch(["(a"])).Message);

    private static double Share(ExactMatch metric) => Published.Average(pair => metric.Matches(pair.Prediction, pair.Reference) ? 1.0 : 0.0);
}
