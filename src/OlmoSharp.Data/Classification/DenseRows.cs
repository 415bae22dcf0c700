using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    /// <inheritdoc/>
    public override void AddTo(ReadOnlySpan<int> rows, DenseRows? words, int wordCount, Span<float> sum)
    {
        // The sums of some columns stay in registers while all rows pass by, so that many rows are on their way from memory at the same time.
        ref var mine = ref MemoryMarshal.GetArrayDataReference(values);
        ref var theirs = ref MemoryMarshal.GetArrayDataReference((words ?? this).Values);
        ref var to = ref MemoryMarshal.GetReference(sum[..columns]);
        nuint column = 0;
        for (; column + 16 <= (nuint)columns; column += 16)
        {
            var (low, high) = (Vector256.LoadUnsafe(ref to, column), Vector256.LoadUnsafe(ref to, column + 8));
            foreach (var row in rows)
            {
                ref var from = ref Unsafe.Add(ref row < wordCount ? ref theirs : ref mine, (nint)row * columns);
                low += Vector256.LoadUnsafe(ref from, column);
                high += Vector256.LoadUnsafe(ref from, column + 8);
            }

            low.StoreUnsafe(ref to, column);
            high.StoreUnsafe(ref to, column + 8);
        }

        if (column + 8 <= (nuint)columns)
        {
            var sums = Vector256.LoadUnsafe(ref to, column);
            foreach (var row in rows)
            {
                sums += Vector256.LoadUnsafe(ref Unsafe.Add(ref row < wordCount ? ref theirs : ref mine, (nint)row * columns), column);
            }

            sums.StoreUnsafe(ref to, column);
            column += 8;
        }

        for (var rest = (int)column; rest < columns; rest++)
        {
            var part = sum[rest];
            foreach (var row in rows)
            {
                part += Unsafe.Add(ref row < wordCount ? ref theirs : ref mine, (nint)row * columns + rest);
            }

            sum[rest] = part;
        }
    }
}
