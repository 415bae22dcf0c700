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

    /// <summary>Adds rows to a vector.</summary>
    /// <param name="rows">The rows; all must be there.</param>
    /// <param name="words">Another matrix of the same width, from which the first rows are taken; null: none.</param>
    /// <param name="wordCount">How many rows are taken from there.</param>
    /// <param name="sum">The vector.</param>
    public virtual void AddTo(ReadOnlySpan<int> rows, DenseRows? words, int wordCount, Span<float> sum)
    {
        foreach (var row in rows)
        {
            (row < wordCount && words is not null ? words : this).AddTo(row, sum);
        }
    }
}
