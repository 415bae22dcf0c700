namespace OlmoSharp.Data.Classification;

/// <summary>256 codewords for each of the parts that a vector is cut into; the last part may be shorter.</summary>
/// <param name="Count">How many parts there are.</param>
/// <param name="PartLength">The length of all parts but the last.</param>
/// <param name="LastLength">The length of the last.</param>
/// <param name="Codewords">The codewords of each part, one after the other.</param>
internal sealed record ProductCodebook(int Count, int PartLength, int LastLength, float[] Codewords)
{
    /// <summary>How many codewords a part has.</summary>
    public const int Size = 256;

    /// <summary>A codeword.</summary>
    public ReadOnlySpan<float> Codeword(int part, byte code)
    {
        var length = part == Count - 1 ? LastLength : PartLength;
        return Codewords.AsSpan(part * Size * PartLength + code * length, length);
    }
}
