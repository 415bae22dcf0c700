namespace OlmoSharp.Data.Mixing;

/// <summary>An input as it comes into an output: the whole of it, or a sample of its documents.</summary>
/// <param name="Input">The input.</param>
/// <param name="Copy">Which copy this is, from 0.</param>
/// <param name="Fraction">The share of documents that come.</param>
internal sealed record MixPiece(MixInput Input, int Copy, double Fraction)
{
    /// <summary>The part of the input's bytes on the disk that will come.</summary>
    public double Bytes => Input.Bytes * Fraction;
}
