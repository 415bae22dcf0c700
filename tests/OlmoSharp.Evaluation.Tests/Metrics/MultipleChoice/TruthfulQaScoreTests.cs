using OlmoSharp.Evaluation.Metrics.MultipleChoice;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.MultipleChoice;

public sealed class TruthfulQaScoreTests
{
    private static readonly ChoiceLikelihood[] Choices =
        [new(" a", Math.Log(0.2), 1), new(" b", Math.Log(0.3), 1), new(" c", Math.Log(0.1), 1), new(" d", Math.Log(0.05), 1)];

    [Fact]
    public void Mc2_is_the_share_of_true_answers_and_Mc1_the_best_of_its_own()
    {
        // MC1 looks at a, b and d: b is best and false. MC2: (0.2 + 0.1) / (0.2 + 0.1 + 0.3) over a, b, c.
        var score = TruthfulQaScore.Of(Choices, [true, false, true, false], [0, 1, 3], [0, 1, 2]);
        Assert.Equal(0, score.Mc1);
        Assert.Equal(0.5, score.Mc2, 12);
        Assert.Equal(1, TruthfulQaScore.Of(Choices, [true, false, true, false], [0, 3], [0, 1]).Mc1);
    }

    [Fact]
    public void Long_answers_do_not_divide_zero_by_zero()
    {
        ChoiceLikelihood[] longAnswers = [new(" a", -1500, 400), new(" b", -1501, 400)];
        Assert.Equal(1 / (1 + Math.Exp(-1)), TruthfulQaScore.Of(longAnswers, [true, false], [0, 1], [0, 1]).Mc2, 12);
    }

    [Fact]
    public void Questions_without_a_true_or_false_answer_are_refused()
    {
        Assert.Throws<EvaluationException>(() => TruthfulQaScore.Of(Choices, [true, true, true, true], [0], [0, 1]));
        Assert.Throws<EvaluationException>(() => TruthfulQaScore.Of(Choices, [true, true, false, false], [0, 1], [0, 2]));
        Assert.Throws<EvaluationException>(() => TruthfulQaScore.Of(Choices, [true, false, false], [0], [0, 1]));
        Assert.Throws<EvaluationException>(() => TruthfulQaScore.Of(Choices, [true, false, false, false], [0], [0, 4]));
    }
}
