using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests;

/// <summary>Random numbers as arrays and tensors, and comparison of results with float64 arrays.</summary>
internal static class SampleTensors
{
    /// <summary>Normally distributed numbers, rounded to float32 so that float32 and float64 computations start from the same values.</summary>
    public static double[] Normal(this Random random, int count, double scale = 1)
        => [.. Enumerable.Range(0, count).Select(_ =>
            (double)(float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    public static Tensor ToTensor(this double[] values, params long[] shape)
        => tensor(Array.ConvertAll(values, x => (float)x), shape);

    public static Tensor ToLeaf(this double[] values, params long[] shape) => values.ToTensor(shape).requires_grad_(true);

    /// <summary>A differentiable float32 tensor whose elements do not follow one another in memory.</summary>
    public static Tensor ToStrided(this double[] values, long rows, long columns)
        => values.ToTensor(rows, columns).t().contiguous().t();

    public static double[] ToDoubles(this Tensor? tensor)
    {
        Assert.NotNull(tensor);
        return tensor.detach().to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>The bits, so that a comparison tells 0 from −0 and one NaN from another.</summary>
    public static int[] ToBits(this Tensor? tensor)
    {
        Assert.NotNull(tensor);
        return [.. tensor.detach().contiguous().data<float>().Select(BitConverter.SingleToInt32Bits)];
    }

    /// <summary>Fails unless every element lies within <paramref name="tolerance"/> × max(1, largest expected magnitude).</summary>
    public static void Close(double[] expected, double[] actual, double tolerance, string what = "value")
    {
        Assert.Equal(expected.Length, actual.Length);
        var bound = tolerance * Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= bound, $"{what} {i} of {expected.Length} is {actual[i]} instead of {expected[i]} (tolerance {bound})");
        }
    }

    /// <summary>The gradient of a function by central differences; in float64 good to about 9 digits.</summary>
    public static double[] Gradient(double[] at, Func<double[], double> function)
    {
        const double h = 1e-5;
        var x = (double[])at.Clone();
        var gradient = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = at[i] + h;
            var above = function(x);
            x[i] = at[i] - h;
            gradient[i] = (above - function(x)) / (2 * h);
            x[i] = at[i];
        }

        return gradient;
    }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
