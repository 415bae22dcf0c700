using CsCheck;
using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Models.Tests.Gguf;

/// <summary>The block types against a plain decoder and plain encoders.</summary>
public sealed class GgufQuantizationTests
{
    public static TheoryData<string> Types() => [.. GgufTensorType.All.Where(type => type.BlockElements > 1).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Any_bits_are_restored_as_the_format_says(string name)
    {
        var type = TypeOf(name);
        Gen.Select(Gen.Byte.Array[2 * type.BlockBytes], Gen.Single[-100, 100], Gen.Single[-100, 100]).Sample((bytes, scale, minimum) =>
        {
            foreach (var block in new[] { 0, type.BlockBytes })
            {
                // Scales that are infinite or not numbers occur in no sound file.
                BitConverter.GetBytes((Half)scale).CopyTo(bytes, block + (name == "q6_k" ? 208 : 0));
                if (name == "q4_k")
                {
                    BitConverter.GetBytes((Half)minimum).CopyTo(bytes, block + 2);
                }
            }

            var values = new float[2 * type.BlockElements];
            type.Decode(bytes, values);
            var expected = PlainBlocks.Decode(type, bytes);
            for (var i = 0; i < values.Length; i++)
            {
                // Float32 rounds products of up to 100·63·15 and 100·128·32.
                Assert.Equal(expected[i], values[i], 0.1 * (1 + Math.Abs(expected[i])) * 1e-4 + 0.02);
            }
        });
    }

    [Theory]
    [InlineData("q5_0", 0.97)]
    [InlineData("q4_k", 0.97)]
    [InlineData("q6_k", 0.97)]
    public void The_search_beats_plain_rounding(string name, double factor)
    {
        var type = TypeOf(name);
        var random = new Random(1);
        foreach (var next in new Func<double>[]
        {
            () => Normal(random),
            () => 2 * random.NextDouble() - 1,
            // Heavy tails, as in trained models.
            () => Math.Pow(Normal(random), 3),
            // Far from zero.
            () => 3 + Normal(random),
        })
        {
            var values = Enumerable.Range(0, 256 * 40).Select(_ => (float)(0.02 * next())).ToArray();
            var error = Error(values, PlainBlocks.Decode(type, Encode(type, values)));
            Assert.InRange(error / Error(values, [.. values.Chunk(type.BlockElements).SelectMany(block => RoundPlainly(name, block))]), 0, factor);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Restored_values_are_near_whatever_the_scale(string name)
    {
        var type = TypeOf(name);
        Gen.Select(Gen.Double[-4, 4], Gen.OneOf(Gen.Double[-1, 1], Gen.Const(0.0), Gen.Double[-1e-3, 1e-3], Gen.Int[-8, 8].Select(eighths => eighths / 8.0)).Array[256])
            .Sample((exponent, shape) =>
            {
                var values = shape.Select(value => (float)(value * Math.Pow(10, exponent))).ToArray();
                var restored = PlainBlocks.Decode(type, Encode(type, values));
                var largest = values.Max(MathF.Abs);
                for (var i = 0; i < values.Length; i++)
                {
                    // Two steps of the coarsest type, 4 bits, and what half precision cannot tell from nothing.
                    Assert.InRange(Math.Abs(values[i] - restored[i]), 0, largest / 4 + 5e-6);
                }
            });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Zeros_stay_zeros(string name)
    {
        var type = TypeOf(name);
        Assert.All(PlainBlocks.Decode(type, Encode(type, new float[512])), value => Assert.Equal(0, value));
    }

    private static GgufTensorType TypeOf(string name) => GgufTensorType.All.Single(type => type.Name == name);

    private static byte[] Encode(GgufTensorType type, float[] values)
    {
        var bytes = new byte[type.BytesOf(values.Length)];
        type.Encode(values, bytes);
        return bytes;
    }

    private static double Error(float[] values, double[] restored) => values.Zip(restored, (a, b) => Math.Abs(a) * (a - b) * (a - b)).Sum();

    /// <summary>Scales from the largest elements alone, all rounding to nearest, in float64 and without half precision.</summary>
    private static IEnumerable<double> RoundPlainly(string name, float[] block)
    {
        switch (name)
        {
            case "q5_0":
                return RoundToSteps(block, ScaleOf(block, 16), 16);
            case "q6_k":
                var scales = block.Chunk(16).Select(part => ScaleOf(part, 32)).ToArray();
                var unit = scales.MaxBy(Math.Abs) / -128;
                return block.Chunk(16).SelectMany((part, i) => RoundToSteps(part, unit * Math.Clamp(Math.Round(scales[i] / unit), -128, 127), 32));
            default:
                var parts = block.Chunk(32).Select(part => (Values: part, Minimum: -Math.Min(0.0, part.Min()), Scale: (part.Max() - Math.Min(0.0, part.Min())) / 15)).ToArray();
                var (scaleUnit, minimumUnit) = (parts.Max(part => part.Scale) / 63, parts.Max(part => part.Minimum) / 63);
                return parts.SelectMany(part =>
                {
                    var scale = Math.Round(part.Scale / scaleUnit) * scaleUnit;
                    var minimum = minimumUnit == 0 ? 0 : Math.Round(part.Minimum / minimumUnit) * minimumUnit;
                    return part.Values.Select(value => scale * Math.Clamp(Math.Round((value + minimum) / scale), 0, 15) - minimum);
                });
        }
    }

    private static double ScaleOf(float[] values, int end) => values.MaxBy(MathF.Abs) / (double)-end;

    private static IEnumerable<double> RoundToSteps(float[] values, double scale, int end)
        => values.Select(value => scale * Math.Clamp(Math.Round(value / scale), -end, end - 1));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
