using OlmoSharp.Evaluation.Metrics.Answers;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Answers;

public sealed class ShortAnswerTests
{
    [Theory]
    [InlineData("16 - 3 - 4 = 9. So the answer is 18.", "18", "18")]
    [InlineData("She pays $1,234,567.50 in all", "1234567.50", "1234567.50")]
    [InlineData("So the answer is -5.", "5", "-5")] // the defect of the published expression
    [InlineData("So the answer is −5.", "5", "-5")]
    [InlineData("So the answer is -$5", "5", "-5")]
    [InlineData("So the answer is -5.5", "-5.5", "-5.5")]
    [InlineData("10-3", "3", "3")] // an operator, no sign
    [InlineData("x-3 is it", "3", "3")]
    [InlineData("(2)-3", "3", "3")]
    [InlineData("it is +7", "7", "7")]
    [InlineData(".5", ".5", ".5")]
    [InlineData("no number", "no number", "no number")]
    public void The_last_number_of_a_solution_is_its_answer(string text, string compat, string signed)
    {
        Assert.Equal(compat, GradeSchoolMathAnswer.Extract(text));
        Assert.Equal(signed, GradeSchoolMathAnswer.Extract(text, compat: false));
    }

    [Theory]
    [InlineData("He was a politician and writer.", true)]
    [InlineData("POLITICIAN", false)]
    [InlineData("Politician", true)]
    [InlineData("an Éclair", true)]
    [InlineData("a poet", false)]
    public void An_alias_may_stand_anywhere(string prediction, bool expected) =>
        Assert.Equal(expected, AliasMatch.Contains(prediction, ["poLitician", "éclair"]));

    [Fact]
    public void A_question_without_aliases_is_refused() => Assert.Throws<EvaluationException>(() => AliasMatch.Contains("x", []));
}
