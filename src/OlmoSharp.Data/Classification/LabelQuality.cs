namespace OlmoSharp.Data.Classification;

/// <summary>How well a label is found.</summary>
/// <param name="Label">The label.</param>
/// <param name="Texts">How many texts have it.</param>
/// <param name="Predicted">How many texts it is the best label of.</param>
/// <param name="Right">How many of these have it.</param>
public sealed record LabelQuality(string Label, long Texts, long Predicted, long Right)
{
    /// <summary>The share of texts given the label that have it; not a number where none was.</summary>
    public double Precision => (double)Right / Predicted;

    /// <summary>The share of texts with the label that were given it; not a number where none has it.</summary>
    public double Recall => (double)Right / Texts;

    /// <summary>The harmonic mean of both, 2·right / (texts + predicted); not a number where there is neither.</summary>
    public double F1 => 2.0 * Right / (Texts + Predicted);
}
