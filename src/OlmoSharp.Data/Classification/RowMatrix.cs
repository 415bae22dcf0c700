namespace OlmoSharp.Data.Classification;

/// <summary>A matrix of which rows are used.</summary>
internal abstract class RowMatrix
{
    /// <summary>How many rows there are.</summary>
    public abstract int Rows { get; }

    /// <summary>Adds a row to a vector.</summary>
    public abstract void AddTo(int row, Span<float> sum);

    /// <summary>The inner product of a row and a vector.</summary>
    public abstract float Dot(int row, ReadOnlySpan<float> vector);
}
