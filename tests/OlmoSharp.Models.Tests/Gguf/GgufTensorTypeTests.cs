using CsCheck;
using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufTensorTypeTests
{
    private static readonly Gen<float[]> Blocks = Gen.Select(Gen.Int[1, 4], Gen.Double[-6, 4], (count, exponent) => (count, scale: Math.Pow(10, exponent)))
        .SelectMany(shape => Gen.OneOf(Gen.Double[-1, 1], Gen.Const(0.0), Gen.Int[-8, 8].Select(eighths => eighths / 8.0))
            .Select(value => (float)(value * shape.scale)).Array[32 * shape.count]);

    [Fact]
    public void Blocks_of_8_bits_are_those_of_the_definition()
        => Blocks.Sample(values =>
        {
            var expected = new List<byte>();
            foreach (var block in values.Chunk(32))
            {
                var scale = block.Max(MathF.Abs) / 127f;
                var inverse = scale == 0 ? 0f : 1f / scale;
                expected.AddRange(BitConverter.GetBytes((Half)scale));
                // Half away from zero, by truncation of the magnitude in float64, which holds every float32 product exactly.
                expected.AddRange(block.Select(value => (double)(value * inverse)).Select(steps => (byte)(sbyte)(Math.Sign(steps) * Math.Floor(Math.Abs(steps) + 0.5))));
            }

            Assert.Equal(expected, Encode(GgufTensorType.Q8Zero, values));
        });

    [Fact]
    public void Blocks_of_4_bits_are_those_of_the_definition()
        => Blocks.Sample(values =>
        {
            var expected = new List<byte>();
            foreach (var block in values.Chunk(32))
            {
                var scale = block.First(value => MathF.Abs(value) == block.Max(MathF.Abs)) / -8f;
                var inverse = scale == 0 ? 0f : 1f / scale;
                var steps = block.Select(value => Math.Clamp((int)Math.Floor(value * inverse + 8.5f), 0, 15)).ToArray();
                expected.AddRange(BitConverter.GetBytes((Half)scale));
                expected.AddRange(Enumerable.Range(0, 16).Select(i => (byte)(steps[i] + 16 * steps[i + 16])));
            }

            Assert.Equal(expected, Encode(GgufTensorType.Q4Zero, values));
        });

    [Fact]
    public void A_block_by_hand()
    {
        // The extreme is −4, so that the scale is 0.5 and an element's number is 2·value + 8, rounded.
        float[] values = [-4, 3.5f, 0, 1, .. new float[12], 0.5f, -0.5f, 3.9f, .. new float[13]];
        byte[] block = [0x00, 0x38, 0x90, 0x7F, 0xF8, 0x8A, .. Enumerable.Repeat((byte)0x88, 12)];
        Assert.Equal(block, Encode(GgufTensorType.Q4Zero, values));
        var restored = new float[32];
        GgufTensorType.Q4Zero.Decode(block, restored);
        Assert.Equal([-4, 3.5f, 0, 1, .. new float[12], 0.5f, -0.5f, 3.5f, .. new float[13]], restored);
    }

    [Fact]
    public void Quantized_values_are_near()
        => Blocks.Sample(values =>
        {
            foreach (var (type, steps) in new[] { (GgufTensorType.Q8Zero, 127.0), (GgufTensorType.Q5Zero, 16.0), (GgufTensorType.Q4Zero, 8.0) })
            {
                var restored = RoundTrip(type, values);
                for (var i = 0; i < values.Length; i++)
                {
                    var largest = values.Chunk(32).ElementAt(i / 32).Max(MathF.Abs);
                    // Half a step, up to a whole one at the end of a range that has no opposite (up to two where a search may leave
                    // out an outlier for the sake of the others), and the rounding of the scale to 11 bits.
                    var share = type == GgufTensorType.Q8Zero ? 0.5 : type == GgufTensorType.Q4Zero ? 1 : 2;
                    var bound = largest / steps * share + largest / 1024.0 + steps * 6e-8;
                    Assert.True(Math.Abs(values[i] - restored[i]) <= bound, $"{type.Name}: {values[i]} became {restored[i]} in a block up to {largest}");
                }
            }
        });

    [Fact]
    public void Floats_of_32_bits_keep_their_bits_and_those_of_16_their_nearest()
        => Gen.Single[-60000, 60000].Array[1, 50].Sample(values =>
        {
            Assert.Equal(values, RoundTrip(GgufTensorType.F32, values));
            Assert.Equal(values.Select(value => (float)(Half)value), RoundTrip(GgufTensorType.F16, values));
            var brain = TorchSharp.torch.tensor(values).to_type(TorchSharp.torch.ScalarType.BFloat16).to_type(TorchSharp.torch.ScalarType.Float32);
            Assert.Equal(brain.data<float>().ToArray(), RoundTrip(GgufTensorType.BF16, values));
        });

    private static byte[] Encode(GgufTensorType type, float[] values)
    {
        var bytes = new byte[type.BytesOf(values.Length)];
        type.Encode(values, bytes);
        return bytes;
    }

    private static float[] RoundTrip(GgufTensorType type, float[] values)
    {
        var restored = new float[values.Length];
        type.Decode(Encode(type, values), restored);
        return restored;
    }
}
