namespace OlmoSharp.Inference.Sampling;

/// <summary>How the next token is chosen from the model's distribution.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by this; 0 always takes the most probable token.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>Only this many of the most probable tokens may be chosen; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the most probable tokens whose probabilities add up to at least this may be chosen; 1: all.</summary>
    public double TopP { get; init; } = 0.95;

    /// <summary>Seed of the choice; the same seed gives the same text.</summary>
    public long Seed { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InferenceException">One is out of range.</exception>
    public void Validate()
    {
        Require(Temperature >= 0 && double.IsFinite(Temperature), $"temperature is {Temperature}, but must be 0 or a positive number");
        Require(TopK >= 0, $"top-k is {TopK}, but must be 0 (all) or more");
        Require(TopP is > 0 and <= 1, $"top-p is {TopP}, but must be above 0 and at most 1");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InferenceException(problem);
        }
    }
}
