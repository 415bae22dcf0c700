namespace OlmoSharp.Data.Classification;

/// <summary>A matrix whose rows are put together from parts of a codebook, with their lengths kept apart or not (Jégou, Douze, Schmid 2011; arXiv:1612.03651).</summary>
/// <param name="codes">For each row, the codeword of each part.</param>
/// <param name="parts">The codebook of the parts.</param>
/// <param name="normCodes">For each row, the codeword of its length; null where codewords have it.</param>
/// <param name="norms">The lengths by codeword.</param>
internal sealed class QuantizedRows(byte[] codes, ProductCodebook parts, byte[]? normCodes, ReadOnlyMemory<float> norms) : RowMatrix
{
    /// <inheritdoc/>
    public override int Rows => codes.Length / parts.Count;

    /// <inheritdoc/>
    public override void AddTo(int row, Span<float> sum)
    {
        var norm = Norm(row);
        for (var part = 0; part < parts.Count; part++)
        {
            VectorMath.AddScaled(parts.Codeword(part, codes[row * parts.Count + part]), norm, sum[(part * parts.PartLength)..]);
        }
    }

    /// <inheritdoc/>
    public override float Dot(int row, ReadOnlySpan<float> vector)
    {
        var sum = 0f;
        for (var part = 0; part < parts.Count; part++)
        {
            sum += VectorMath.Dot(parts.Codeword(part, codes[row * parts.Count + part]), vector[(part * parts.PartLength)..]);
        }

        return sum * Norm(row);
    }

    private float Norm(int row) => normCodes is null ? 1 : norms.Span[normCodes[row]];
}
