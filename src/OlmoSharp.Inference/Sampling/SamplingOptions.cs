namespace OlmoSharp.Inference.Sampling;

/// <summary>
/// How the next token is chosen from the model's distribution. In this order: repetition penalty, presence and frequency penalties, logit bias, the output constraint if there is
/// one, temperature, top-k, top-p of what top-k left, min-p of what top-p left, as in transformers' generation.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by this; 0 always takes the most probable token.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the most probable tokens may be chosen; 0: all. Of equal logits those with lower ids come first.</summary>
    public int TopK { get; init; }

    /// <summary>Only the most probable tokens whose probabilities add up to at least this may be chosen; 1: all.</summary>
    public double TopP { get; init; } = 0.95;

    /// <summary>Only tokens at least this times as probable as the most probable one may be chosen; 0: all.</summary>
    public double MinP { get; init; }

    /// <summary>
    /// A token of the prompt or of the text so far has its logit divided by this if positive, multiplied if negative (CTRL, <see href="https://arxiv.org/abs/1909.05858"/>, in
    /// transformers' form); 1: none.
    /// </summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Subtracted from the logit of every token that was generated before, as OpenAI's API defines it; the prompt does not count. 0: none.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Subtracted from the logit of a token as many times as it was generated before, as OpenAI's API defines it; the prompt does not count. 0: none.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of tokens; −∞ forbids one.</summary>
    public IReadOnlyDictionary<int, double> LogitBias { get; init; } = new Dictionary<int, double>();

    /// <summary>Seed of the choice; the same seed with the same logits gives the same text on every machine.</summary>
    public long Seed { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InferenceException">One is out of range.</exception>
    public void Validate()
    {
        Require(Temperature >= 0 && double.IsFinite(Temperature), $"temperature is {Temperature}, but must be 0 or a positive number");
        Require(TopK >= 0, $"top-k is {TopK}, but must be 0 (all) or more");
        Require(TopP is > 0 and <= 1, $"top-p is {TopP}, but must be above 0 and at most 1");
        Require(MinP is >= 0 and <= 1, $"min-p is {MinP}, but must be from 0 (all) to 1");
        Require(RepetitionPenalty > 0 && double.IsFinite(RepetitionPenalty), $"repetition penalty is {RepetitionPenalty}, but must be a positive number; 1 is none");
        Require(double.IsFinite(PresencePenalty), $"presence penalty is {PresencePenalty}, but must be a number");
        Require(double.IsFinite(FrequencyPenalty), $"frequency penalty is {FrequencyPenalty}, but must be a number");
        foreach (var (id, bias) in LogitBias)
        {
            Require(id >= 0, $"logit bias is given for {id}, which is no token id");
            Require(double.IsFinite(bias) || double.IsNegativeInfinity(bias), $"logit bias of token {id} is {bias}, but must be a number or −∞");
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InferenceException(problem);
        }
    }
}
