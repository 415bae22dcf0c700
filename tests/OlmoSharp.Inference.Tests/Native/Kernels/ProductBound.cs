using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Inference.Tests.Native.Kernels;

/// <summary>
/// Holds products against those of the same weights in float64. A quantised x is off by at most half a step; then every operation rounds. The
/// parts of an element of q4_k, scale times step and minimum, may each be larger than the element: three times the largest weight bounds both.
/// </summary>
internal static class ProductBound
{
    private const double Rounding = 1.0 / (1 << 23);

    // What x of so little magnitude is lost, its scale having no inverse.
    private const double Smallest = 1e-36;

    public static void Check(StoredMatrix weights, float[] x, float[] y)
    {
        var (rows, columns) = (weights.Rows, weights.Columns);
        var group = Group(weights.Type);
        Assert.Equal(x.Length / columns * rows, y.Length);
        for (var i = 0; i < x.Length / columns; i++)
        {
            var input = x.AsSpan(i * columns, columns);
            for (var row = 0; row < rows; row++)
            {
                var w = weights.Values.AsSpan(row * columns, columns);
                double sum = 0, steps = 0, magnitude = 0, largest = 0;
                foreach (var value in w)
                {
                    largest = Math.Max(largest, Math.Abs(value));
                }

                for (var begin = 0; begin < columns; begin += Math.Max(1, group))
                {
                    var step = 0.0;
                    for (var k = begin; k < begin + group; k++)
                    {
                        step = Math.Max(step, Math.Abs(input[k]) / 127.0);
                    }

                    for (var k = begin; k < begin + Math.Max(1, group); k++)
                    {
                        sum += (double)w[k] * input[k];
                        steps += Math.Abs(w[k]) * step;
                        magnitude += group == 0 ? Math.Abs((double)w[k] * input[k]) : 3 * largest * (Math.Abs(input[k]) + step);
                    }
                }

                var bound = 0.5001 * steps + (columns / Math.Max(1, group) + 10) * Rounding * magnitude + Smallest * largest * columns;
                Assert.True(
                    Math.Abs(y[i * rows + row] - sum) <= bound,
                    $"{weights.Type.Name} [{rows}, {columns}], row {row} of input {i}: {y[i * rows + row]}, not {sum} ± {bound}");
            }
        }
    }

    /// <summary>Columns of x that share a scale; 0: x is not quantised.</summary>
    private static int Group(GgufTensorType type) => type.BlockElements == 1 ? 0 : type.BlockElements;
}
