namespace OlmoSharp.Torch.Kernels;

/// <summary>A float32 matrix in plain memory.</summary>
internal readonly unsafe struct DenseMatrix
{
    /// <summary>First element.</summary>
    public readonly float* Data;

    /// <summary>Number of rows and of columns, and elements from one to the next of each.</summary>
    public readonly long RowCount, ColumnCount, RowStride, ColumnStride;

    /// <summary>A matrix whose rows follow one another.</summary>
    public DenseMatrix(float* data, long rows, long columns)
        : this(data, rows, columns, columns, 1)
    {
    }

    private DenseMatrix(float* data, long rows, long columns, long rowStride, long columnStride)
    {
        Data = data;
        RowCount = rows;
        ColumnCount = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>The same memory with rows and columns exchanged.</summary>
    public DenseMatrix Transposed => new(Data, ColumnCount, RowCount, ColumnStride, RowStride);

    /// <summary>Some of the columns.</summary>
    public DenseMatrix Columns(long begin, long count) => new(Data + begin * ColumnStride, RowCount, count, RowStride, ColumnStride);
}
