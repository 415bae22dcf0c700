using OlmoSharp.Evaluation.Metrics.Mathematics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Mathematics;

public sealed class MathScoreTests
{
    [Theory]
    [InlineData(@"so $\boxed{\frac{1}{2}}$.", @"\frac{1}{2}")]
    [InlineData(@"\boxed{1} then \boxed{x^{2}}", "x^{2}")]
    [InlineData(@"$\boxed 5$ euros", "5")]
    [InlineData(@"\boxed{open", null)]
    [InlineData(@"\fbox{3}", null)]
    [InlineData("none", null)]
    [InlineData(@"\boxed", null)]
    public void The_last_box_is_found(string text, string? expected) => Assert.Equal(expected, BoxedAnswer.Last(text));

    [Theory]
    [InlineData("Final Answer: The final answer is $3$. I hope it is correct.", "$3$")]
    [InlineData("Final Answer: The final answer is $3$. ", "$3$")] // the sentence is completed
    [InlineData("Final Answer: The final answer is $3$.", "[invalidanswer]")] // but not without a space, as in the original
    [InlineData("Final Answer: The final answer is\n3", "[invalidanswer]")] // no line breaks
    [InlineData("The answer is 3", "[invalidanswer]")]
    public void The_sentence_of_the_prompt_holds_the_answer(string text, string expected) => Assert.Equal(expected, MinervaAnswer.Extract(text));

    // Each line shows one rule of appendix D.1.
    [Theory]
    [InlineData("x = 5", "5")]
    [InlineData(@"\frac12", @"\frac{1}{2}")]
    [InlineData(@"\sqrt3", @"\sqrt{3}")]
    [InlineData(@"10\text{ cm}", "10")]
    [InlineData("100,000", "100000")]
    [InlineData("1,2,x", "1,2,x")]
    [InlineData(@"$\$18.90$", "18.90")]
    [InlineData(@"90^\circ", "90")]
    [InlineData(@"\text{(A)}", "(A)")]
    [InlineData(@"\boxed{7}", "7")]
    [InlineData(@"1\text{ and }2", "12")] // a comma for "and", which the digits then lose
    [InlineData(@"\textbf{\text{a}}", "a")]
    [InlineData("the number $3$ of them", "3")]
    [InlineData("5 square units", "5")]
    [InlineData(@"12\mbox{ inches}^2", "12")]
    public void Answers_have_Minervas_normal_form(string text, string expected) =>
        Assert.Equal(expected, MinervaAnswer.Normalize(text));

    [Theory]
    [InlineData(@"\dfrac12", @"\frac{1}{2}", true)]
    [InlineData("0.5", @"\frac12", true)]
    [InlineData("3/4", @"\frac{3}{4}", true)]
    [InlineData("k = 7", "7", true)]
    [InlineData("width = 7", "7", false)]
    [InlineData(@"12\text{ square feet}", "12", true)]
    [InlineData(@"\sqrt3", @"\sqrt{3}", true)]
    [InlineData(@"50\%", "50", true)]
    [InlineData(".25", "0.25", true)]
    [InlineData("x/2", "x/2", true)]
    [InlineData("x/2", " x/2", false)] // no normal form: compared as they are
    [InlineData("2+3", "5", false)]
    public void Equality_of_the_dataset_is_one_of_strings(string first, string second, bool expected) =>
        Assert.Equal(expected, HendrycksEquivalence.AreEqual(first, second));

    [Theory]
    [InlineData("Final Answer: The final answer is $0.5$. I hope it is correct.", 1, 1)]
    [InlineData(@"Thus \boxed{\frac{2}{4}}.", 0, 1)]
    [InlineData(@"First $x=1$ and then $y=\frac12$, done", 0, 1)]
    [InlineData("0.5", 0, 1)]
    [InlineData("Final Answer: The final answer is $3$. I hope it is correct. \\boxed{1/2}", 0, 1)]
    [InlineData("Final Answer: The final answer is $3$. I hope it is correct. So $1/2$", 0, 0)] // the formula counts only where nothing else does
    [InlineData("I do not know", 0, 0)]
    [InlineData("", 0, 0)]
    public void The_flexible_score_looks_at_every_answer(string text, double exact, double flexible)
    {
        var score = MathScore.Of(text, @"\frac{1}{2}");
        Assert.Equal((exact, flexible), (score.ExactMatch, score.ExactMatchFlex));
    }

    [Fact]
    public void The_gold_answer_is_what_the_solution_boxes()
    {
        Assert.Equal("18.90", MathScore.Gold(@"It costs $\boxed{\$18.90}$."));
        Assert.Contains("\\boxed", Assert.Throws<EvaluationException>(() => MathScore.Gold("no box")).Message);
    }
}
