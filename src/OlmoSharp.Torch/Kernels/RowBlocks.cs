namespace OlmoSharp.Torch.Kernels;

/// <summary>
/// Splits rows into a fixed number of blocks whose partial sums are added in block order, so that a sum over rows
/// does not depend on how many threads took part.
/// </summary>
internal readonly record struct RowBlocks(long Rows)
{
    /// <summary>Number of blocks: enough for many cores, few enough that adding the partial sums costs nothing.</summary>
    public const int Count = 16;

    /// <summary>First row of a block.</summary>
    public long Begin(long block) => Rows * block / Count;

    /// <summary>Adds the partial sums [Count, width] into <paramref name="total"/> [width].</summary>
    public static unsafe void Reduce(float* partial, float* total, int width)
    {
        for (var i = 0; i < width; i++)
        {
            var sum = 0f;
            for (var block = 0; block < Count; block++)
            {
                sum += partial[(long)block * width + i];
            }

            total[i] = sum;
        }
    }
}
