namespace OlmoSharp.Data.Classification;

/// <summary>A matrix of numbers as they are.</summary>
/// <param name="values">Row after row.</param>
/// <param name="columns">The length of a row.</param>
internal sealed class DenseRows(float[] values, int columns) : RowMatrix
{
    /// <summary>All numbers, row after row.</summary>
    public float[] Values => values;

    /// <inheritdoc/>
    public override int Rows => values.Length / columns;

    /// <summary>A row.</summary>
    public Span<float> this[int row] => values.AsSpan(row * columns, columns);

    /// <inheritdoc/>
    public override void AddTo(int row, Span<float> sum) => VectorMath.Add(this[row], sum);

    /// <inheritdoc/>
    public override float Dot(int row, ReadOnlySpan<float> vector) => VectorMath.Dot(this[row], vector);
}
