namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// One matrix of those that <see cref="MatrixProduct"/> multiplies with the same inputs x: q, k and v; gate and up; or the experts of a
/// layer, each with its own tokens.
/// </summary>
internal readonly unsafe struct WeightProduct
{
    /// <summary>The product with rows of x that follow one another.</summary>
    /// <param name="weights">The matrix.</param>
    /// <param name="output">First element of y, float32 [count, rows of the matrix].</param>
    /// <param name="count">Rows of x and of y.</param>
    /// <param name="firstInput">First row of x.</param>
    /// <param name="outputStride">Elements from one row of y to the next; 0: rows follow one another.</param>
    public WeightProduct(in WeightMatrix weights, float* output, int count, int firstInput = 0, int outputStride = 0)
    {
        Output = output;
        (Weights, Count, FirstInput) = (weights, count, firstInput);
        OutputStride = outputStride == 0 ? weights.Rows : outputStride;
    }

    /// <summary>The product with chosen rows of x: row i of y is that of row <paramref name="inputs"/>[i] of x.</summary>
    public WeightProduct(in WeightMatrix weights, float* output, int* inputs, int count, int outputStride = 0)
        : this(weights, output, count, 0, outputStride)
    {
        Inputs = inputs;
    }

    /// <summary>The matrix.</summary>
    public WeightMatrix Weights { get; }

    /// <summary>First element of y.</summary>
    public float* Output { get; }

    /// <summary>Elements from one row of y to the next.</summary>
    public int OutputStride { get; }

    /// <summary>Rows of y.</summary>
    public int Count { get; }

    /// <summary>First row of x, where <see cref="Inputs"/> is null.</summary>
    public int FirstInput { get; }

    /// <summary>The row of x for each row of y; null: they follow one another.</summary>
    public int* Inputs { get; }

    /// <summary>The row of x for a row of y.</summary>
    public int Input(int row) => Inputs == null ? FirstInput + row : Inputs[row];
}
