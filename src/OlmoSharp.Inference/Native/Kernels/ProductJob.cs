namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>A <see cref="WeightProduct"/> as threads see it: no object in it, and its share of the parts of the work.</summary>
internal unsafe struct ProductJob
{
    public byte* Weights;
    public long RowBytes;
    public int Rows;
    public int Columns;

    /// <summary>Number of the weights' type in GGUF files.</summary>
    public uint Type;

    /// <summary>y and the elements from one of its rows to the next.</summary>
    public float* Output;
    public int OutputStride;

    /// <summary>The row of x for each row of y, and their number.</summary>
    public int* Inputs;
    public int Count;

    /// <summary>Its first part, and how many rows of weights a part has.</summary>
    public int FirstPart;
    public int PartRows;

    /// <summary>A row of weights; past the last one, the last, so that a tile is always full.</summary>
    public readonly byte* Row(int row) => Weights + Math.Min(row, Rows - 1) * RowBytes;
}
