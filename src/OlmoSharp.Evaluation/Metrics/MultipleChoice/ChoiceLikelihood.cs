using System.Text;

namespace OlmoSharp.Evaluation.Metrics.MultipleChoice;

/// <summary>What a model says of one choice of a question.</summary>
/// <param name="Continuation">The continuation that was scored, with its leading space.</param>
/// <param name="SumLogits">The sum of the natural-logarithm probabilities of its tokens (OLMES calls it so).</param>
/// <param name="TokenCount">How many tokens were scored.</param>
internal sealed record ChoiceLikelihood(string Continuation, double SumLogits, int TokenCount)
{
    /// <summary>The sum for the same continuation after the unconditional context, where the task asks for it.</summary>
    public double? UnconditionalSumLogits { get; init; }

    /// <summary>Code points of the continuation, the leading space included; at least 1, as everywhere below.</summary>
    public int CharacterCount => Math.Max(PythonText.Length(Continuation), 1);

    /// <summary>UTF-8 bytes of the continuation, the leading space included.</summary>
    public int ByteCount => Math.Max(Encoding.UTF8.GetByteCount(Continuation), 1);

    /// <summary>The sum divided by tokens.</summary>
    public double PerToken => SumLogits / Math.Max(TokenCount, 1);

    /// <summary>The sum divided by code points.</summary>
    public double PerCharacter => SumLogits / CharacterCount;

    /// <summary>The sum divided by bytes.</summary>
    public double PerByte => SumLogits / ByteCount;

    /// <summary>Bits that the model needs for a byte of the continuation.</summary>
    public double BitsPerByte => -PerByte / Math.Log(2);

    /// <summary>The pointwise mutual information with the context (domain-conditional PMI), or null without an unconditional score.</summary>
    public double? MutualInformation => SumLogits - UnconditionalSumLogits;
}
