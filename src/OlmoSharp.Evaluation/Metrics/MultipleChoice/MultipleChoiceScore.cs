namespace OlmoSharp.Evaluation.Metrics.MultipleChoice;

/// <summary>How a multiple-choice question was answered: the choice that each normalization picks, ties to the first, and the likelihood of the gold choice (OLMES's <c>MCAccuracy</c>).</summary>
/// <param name="Gold">The index of the right choice.</param>
/// <param name="PredictedRaw">The choice of the largest sum.</param>
/// <param name="PredictedPerToken">The choice of the largest sum per token.</param>
/// <param name="PredictedPerCharacter">The choice of the largest sum per code point.</param>
/// <param name="PredictedPerByte">The choice of the fewest bits per byte.</param>
/// <param name="PredictedUnconditional">The choice of the largest difference to its unconditional sum, or null where there is none.</param>
/// <param name="GoldChoice">The right choice's likelihood.</param>
/// <param name="GoldProbability">The probability of the right choice when the model must pick one of them: the softmax of the sums.</param>
/// <param name="GoldLogProbability">The natural logarithm of <paramref name="GoldProbability"/>, exact also where that underflows.</param>
internal sealed record MultipleChoiceScore(
    int Gold,
    int PredictedRaw,
    int PredictedPerToken,
    int PredictedPerCharacter,
    int PredictedPerByte,
    int? PredictedUnconditional,
    ChoiceLikelihood GoldChoice,
    double GoldProbability,
    double GoldLogProbability)
{
    /// <summary>Scores a question.</summary>
    /// <param name="choices">The choices in the order of the task.</param>
    /// <param name="gold">The index of the right one.</param>
    /// <exception cref="EvaluationException">There are no choices, no such choice, or a sum is not a number.</exception>
    public static MultipleChoiceScore Of(IReadOnlyList<ChoiceLikelihood> choices, int gold)
    {
        Check(choices);
        if (gold < 0 || gold >= choices.Count)
        {
            throw new EvaluationException($"the right choice has index {gold}, but there are {choices.Count} choices: check the gold label in the data");
        }

        var unconditional = choices.Count(choice => choice.UnconditionalSumLogits is not null);
        if (unconditional != 0 && unconditional != choices.Count)
        {
            throw new EvaluationException($"{unconditional} of {choices.Count} choices have an unconditional score: all or none must");
        }

        var logProbability = choices[gold].SumLogits - LogSumExp(choices.Select(choice => choice.SumLogits));
        return new MultipleChoiceScore(
            gold,
            FirstBest(choices, choice => choice.SumLogits),
            FirstBest(choices, choice => choice.PerToken),
            FirstBest(choices, choice => choice.PerCharacter),
            FirstBest(choices, choice => choice.PerByte),
            unconditional == 0 ? null : FirstBest(choices, choice => choice.MutualInformation!.Value),
            choices[gold],
            Math.Exp(logProbability),
            logProbability);
    }

    /// <summary>The values by OLMES's names: accuracies are 0 or 1.</summary>
    public IReadOnlyDictionary<string, double> Values()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["acc_raw"] = Accuracy(PredictedRaw),
            ["acc_per_token"] = Accuracy(PredictedPerToken),
            ["acc_per_char"] = Accuracy(PredictedPerCharacter),
            ["acc_per_byte"] = Accuracy(PredictedPerByte),
            ["sum_logits_corr"] = GoldChoice.SumLogits,
            ["logits_per_token_corr"] = GoldChoice.PerToken,
            ["logits_per_char_corr"] = GoldChoice.PerCharacter,
            ["bits_per_byte_corr"] = GoldChoice.BitsPerByte,
            ["soft"] = GoldProbability,
            ["soft_log"] = GoldLogProbability,
        };
        if (PredictedUnconditional is { } predicted)
        {
            values["acc_uncond"] = Accuracy(predicted);
        }

        return values;
    }

    /// <summary>Refuses questions without choices and sums that are no log-probabilities.</summary>
    internal static void Check(IReadOnlyList<ChoiceLikelihood> choices)
    {
        if (choices.Count == 0)
        {
            throw new EvaluationException("a question without choices cannot be scored: check the data");
        }

        for (var i = 0; i < choices.Count; i++)
        {
            if (double.IsNaN(choices[i].SumLogits) || choices[i].UnconditionalSumLogits is double.NaN)
            {
                throw new EvaluationException($"the log-likelihood of choice {i} is not a number: the model's output is broken");
            }
        }
    }

    /// <summary>The logarithm of the sum of exponentials.</summary>
    internal static double LogSumExp(IEnumerable<double> values)
    {
        var all = values.ToList();
        var largest = all.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(all.Sum(value => Math.Exp(value - largest)));
    }

    private static int FirstBest(IReadOnlyList<ChoiceLikelihood> choices, Func<ChoiceLikelihood, double> value)
    {
        var best = 0;
        for (var i = 1; i < choices.Count; i++)
        {
            best = value(choices[i]) > value(choices[best]) ? i : best;
        }

        return best;
    }

    private double Accuracy(int predicted) => predicted == Gold ? 1 : 0;
}
