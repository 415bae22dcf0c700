using CsCheck;
using OlmoSharp.Evaluation.Metrics.MultipleChoice;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.MultipleChoice;

public sealed class MultipleChoiceScoreTests
{
    [Fact]
    public void Each_normalization_may_pick_another_choice()
    {
        // Sums −4, −6, −5.5, −9; per token −4, −1.5, −5.5, −4.5; per character (space counted) −2, −1, −5.5/7, −9/10;
        // per byte −2, −1, −5.5/7, −9/13, as é has two bytes; minus unconditional −4+1, −6+3, −5.5+1, −9+8.
        var score = MultipleChoiceScore.Of(
            [
                new(" a", -4, 1) { UnconditionalSumLogits = -1 },
                new(" about", -6, 4) { UnconditionalSumLogits = -3 },
                new(" absent", -5.5, 1) { UnconditionalSumLogits = -1 },
                new(" éééécdefg", -9, 2) { UnconditionalSumLogits = -8 },
            ],
            gold: 3);

        Assert.Equal((0, 1, 2, 3, 3), (score.PredictedRaw, score.PredictedPerToken, score.PredictedPerCharacter, score.PredictedPerByte, score.PredictedUnconditional));
        var values = score.Values();
        Assert.Equal((0, 0, 0, 1, 1), (values["acc_raw"], values["acc_per_token"], values["acc_per_char"], values["acc_per_byte"], values["acc_uncond"]));
        Assert.Equal(-9, values["sum_logits_corr"]);
        Assert.Equal(-4.5, values["logits_per_token_corr"]);
        Assert.Equal(-0.9, values["logits_per_char_corr"], 15);
        Assert.Equal(1.44269504089 * 9 / 14, values["bits_per_byte_corr"], 10);
        Assert.Equal(Math.Exp(-9) / (Math.Exp(-4) + Math.Exp(-6) + Math.Exp(-5.5) + Math.Exp(-9)), values["soft"], 12);
        Assert.Equal(Math.Log(values["soft"]), values["soft_log"], 12);
    }

    [Fact]
    public void Ties_go_to_the_first_choice()
    {
        var score = MultipleChoiceScore.Of([new(" bb", -5, 2), new(" aa", -3, 1), new(" cc", -3, 1)], gold: 2);
        Assert.Equal(1, score.PredictedRaw);
        Assert.Equal(1, score.PredictedPerCharacter);
        Assert.Equal(0, score.PredictedPerToken);
        Assert.Null(score.PredictedUnconditional);
        Assert.False(score.Values().ContainsKey("acc_uncond"));
    }

    [Fact]
    public void Choices_of_minus_infinity_are_scored_and_an_empty_continuation_divides_by_one()
    {
        var score = MultipleChoiceScore.Of([new("", -2, 0), new(" x", double.NegativeInfinity, 1)], gold: 0);
        Assert.Equal(0, score.PredictedRaw);
        Assert.Equal(-2, score.GoldChoice.PerToken);
        Assert.Equal(1, score.GoldProbability);
    }

    [Fact]
    public void The_probability_of_long_answers_does_not_underflow()
    {
        var score = MultipleChoiceScore.Of([new(" x", -2000, 1), new(" y", -2001, 1)], gold: 1);
        Assert.Equal(1 / (1 + Math.E), score.GoldProbability, 12);
    }

    [Fact]
    public void The_prediction_is_as_in_a_plain_search_over_all_choices() =>
        Gen.Select(Gen.Double[-50, -0.1], Gen.Int[1, 9], Gen.String[Gen.Char['a', 'é'], 1, 9]).Array[1, 6].Sample(rows =>
        {
            var choices = rows.Select(row => new ChoiceLikelihood(" " + row.Item3, row.Item1, row.Item2)).ToList();
            var score = MultipleChoiceScore.Of(choices, 0);
            var perByte = choices.Select(choice => choice.SumLogits / System.Text.Encoding.UTF8.GetByteCount(choice.Continuation)).ToList();
            var perCharacter = choices.Select(choice => choice.SumLogits / choice.Continuation.Length).ToList();
            return score.PredictedPerByte == perByte.IndexOf(perByte.Max()) && score.PredictedPerCharacter == perCharacter.IndexOf(perCharacter.Max());
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_gold_index_that_no_choice_has_is_refused(int gold) =>
        Assert.Contains($"index {gold}", Assert.Throws<EvaluationException>(() => MultipleChoiceScore.Of([new(" a", -1, 1)], gold)).Message);

    [Fact]
    public void Broken_scores_are_refused()
    {
        Assert.Contains("choice 1", Assert.Throws<EvaluationException>(() => MultipleChoiceScore.Of([new(" a", -1, 1), new(" b", double.NaN, 1)], 0)).Message);
        Assert.Contains("all or none", Assert.Throws<EvaluationException>(() =>
            MultipleChoiceScore.Of([new(" a", -1, 1) { UnconditionalSumLogits = -1 }, new(" b", -1, 1)], 0)).Message);
        Assert.Throws<EvaluationException>(() => MultipleChoiceScore.Of([], 0));
    }
}
