using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>What to generate.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>How many texts to generate from one prompt.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Strings that end the text where the first of them is complete; the text ends before it, wherever the borders of tokens are.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Ids that end the text like the model's own end; they are not part of it.</summary>
    public IReadOnlyList<int> StopIds { get; init; } = [];

    /// <summary>Log-probabilities of each token, and of this many of the most probable ones in its place; null: none.</summary>
    public int? LogProbabilities { get; init; }

    /// <summary>What the text must conform to; null: nothing.</summary>
    public OutputConstraint? Constraint { get; init; }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InferenceException">One is out of range, or a stop string is empty or ends within a character.</exception>
    public void Validate()
    {
        Sampling.Validate();
        if (MaximumTokens < 0)
        {
            throw new InferenceException($"the most tokens to generate is {MaximumTokens}, but must be 0 or more");
        }

        if (Samples < 1)
        {
            throw new InferenceException($"the number of samples is {Samples}, but must be 1 or more");
        }

        if (LogProbabilities < 0)
        {
            throw new InferenceException($"the number of log-probabilities is {LogProbabilities}, but must be 0 or more");
        }

        foreach (var stop in StopStrings)
        {
            if (stop.Length == 0)
            {
                throw new InferenceException("a stop string is empty; it would end every text before its first character");
            }

            if (stop.EnumerateRunes().Sum(rune => rune.Utf16SequenceLength) != stop.Length || stop.Where(char.IsSurrogate).Count() % 2 != 0)
            {
                throw new InferenceException("a stop string holds half a character (a lone surrogate); no text does");
            }
        }
    }
}
