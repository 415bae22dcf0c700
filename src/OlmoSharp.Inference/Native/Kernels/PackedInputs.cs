namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Rows of x by blocks of columns: what a tile needs lies together. In x itself, rows are a power of two apart as a rule, and compete for the same lines of the caches.
/// </summary>
internal readonly unsafe struct PackedInputs
{
    /// <summary>Columns of a block.</summary>
    public const int Columns = 512;

    /// <summary>Lays the blocks out in memory of <see cref="BytesOf"/>.</summary>
    public PackedInputs(float* data, int rows)
    {
        Data = data;
        Rows = rows;
    }

    /// <summary>[blocks, rows, 512].</summary>
    public float* Data { get; }

    /// <summary>Rows of x.</summary>
    public int Rows { get; }

    /// <summary>Bytes of so many rows.</summary>
    public static long BytesOf(int rows, int columns) => (long)rows * ((columns + Columns - 1) / Columns * Columns) * sizeof(float);

    /// <summary>A row's elements of a block.</summary>
    public float* At(int row, int block) => Data + ((long)block * Rows + row) * Columns;
}
