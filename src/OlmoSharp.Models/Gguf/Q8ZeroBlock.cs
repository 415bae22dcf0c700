using System.Buffers.Binary;

namespace OlmoSharp.Models.Gguf;

/// <summary>The block of ggml's <c>q8_0</c>: a half-precision scale d and 32 signed bytes q; an element is d·q.</summary>
internal static class Q8ZeroBlock
{
    public const int Elements = 32;
    public const int Bytes = sizeof(ushort) + Elements;

    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            var largest = 0f;
            foreach (var value in from[..Elements])
            {
                largest = MathF.Max(largest, MathF.Abs(value));
            }

            var scale = largest / sbyte.MaxValue;
            // As in ggml, steps are counted with the scale before it is rounded to half precision.
            var inverse = scale == 0 ? 0 : 1 / scale;
            BinaryPrimitives.WriteHalfLittleEndian(to, (Half)scale);
            for (var i = 0; i < Elements; i++)
            {
                to[sizeof(ushort) + i] = (byte)(sbyte)MathF.Round(from[i] * inverse, MidpointRounding.AwayFromZero);
            }
        }
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(from);
            for (var i = 0; i < Elements; i++)
            {
                to[i] = scale * (sbyte)from[sizeof(ushort) + i];
            }
        }
    }
}
