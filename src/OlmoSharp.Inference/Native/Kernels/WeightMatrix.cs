using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>A matrix of weights [rows, columns] in memory that someone else owns, its rows stored as in a GGUF file.</summary>
internal readonly unsafe struct WeightMatrix
{
    /// <summary>A matrix in memory.</summary>
    /// <param name="data">First byte; no alignment is asked for.</param>
    /// <param name="type">How elements are stored.</param>
    /// <param name="rows">Outputs of the product.</param>
    /// <param name="columns">Inputs of the product: a whole number of the type's blocks.</param>
    /// <param name="rowBytes">Bytes from one row to the next; 0: rows follow one another.</param>
    public WeightMatrix(byte* data, GgufTensorType type, int rows, int columns, long rowBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % type.BlockElements, 0);
        Data = data;
        (Type, Rows, Columns) = (type, rows, columns);
        RowBytes = rowBytes == 0 ? type.BytesOf(columns) : rowBytes;
    }

    /// <summary>First byte.</summary>
    public byte* Data { get; }

    /// <summary>How elements are stored.</summary>
    public GgufTensorType Type { get; }

    /// <summary>Outputs of the product.</summary>
    public int Rows { get; }

    /// <summary>Inputs of the product.</summary>
    public int Columns { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public long RowBytes { get; }

    /// <summary>First byte of a row.</summary>
    public byte* Row(int row) => Data + row * RowBytes;

    /// <summary>Some of the rows, as of one expert in a tensor of many.</summary>
    public WeightMatrix Slice(int firstRow, int rows) => new(Row(firstRow), Type, rows, Columns, RowBytes);
}
