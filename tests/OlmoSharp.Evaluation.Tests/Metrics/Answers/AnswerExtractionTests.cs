using OlmoSharp.Evaluation.Metrics.Answers;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Answers;

public sealed class AnswerExtractionTests
{
    [Theory]
    [InlineData("snarks", "(A) seems odd. So the answer is (B).", "(B)")]
    [InlineData("snarks", "So the answer is (A). No: so the answer is (C)", "(C)")]
    [InlineData("snarks", "Answer: surely (D), not (E)", "(D)")]
    [InlineData("snarks", "First (A), then (B)", "(B)")]
    [InlineData("snarks", "it is (b)", "(b)")] // as the very last resort case does not matter
    [InlineData("snarks", "none", "")]
    [InlineData("navigate", "So the answer is No.", "No")]
    [InlineData("navigate", "the answer is, after all, yes", "yes")]
    [InlineData("boolean_expressions", "So the answer is True.", "True")]
    [InlineData("formal_fallacies", "The argument is invalid", "invalid")]
    [InlineData("multistep_arithmetic_two", "A = 3. So the answer is -24.", "-24")]
    [InlineData("object_counting", "2 + 3 = 5", "5")]
    [InlineData("dyck_languages", "So the answer is ] ) }.", "] ) }")]
    [InlineData("word_sorting", "So the answer is apple pear.", "apple pear")]
    public void Chains_of_thought_have_an_answer_at_the_end(string task, string response, string expected) =>
        Assert.Equal(expected, BigBenchHardAnswer.Extract(task, response));

    [Fact]
    public void A_letter_that_stands_alone_counts_only_without_compat()
    {
        Assert.Equal("", BigBenchHardAnswer.Extract("snarks", "So it must be B"));
        Assert.Equal("(B)", BigBenchHardAnswer.Extract("snarks", "So it must be B", compat: false));
    }

    [Fact]
    public void Brackets_to_be_closed_are_no_punctuation()
    {
        Assert.False(BigBenchHardAnswer.Metric("dyck_languages").Matches("] )", "} )"));
        Assert.True(BigBenchHardAnswer.Metric("snarks").Matches("(a)", "(A)"));
    }
}
