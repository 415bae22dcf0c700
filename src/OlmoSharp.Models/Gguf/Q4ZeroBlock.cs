using System.Buffers.Binary;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// The block of ggml's <c>q4_0</c>: a half-precision scale d and 32 numbers q from 0 to 15, of which the first 16 are the low halves of the
/// bytes and the others the high halves; an element is d·(q − 8).
/// </summary>
internal static class Q4ZeroBlock
{
    public const int Elements = 32;
    public const int Bytes = sizeof(ushort) + Elements / 2;

    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            var extreme = 0f;
            foreach (var value in from[..Elements])
            {
                if (MathF.Abs(value) > MathF.Abs(extreme))
                {
                    extreme = value;
                }
            }

            // The value of largest magnitude becomes −8, the end of the range that has no opposite.
            var scale = extreme / -8;
            var inverse = scale == 0 ? 0 : 1 / scale;
            BinaryPrimitives.WriteHalfLittleEndian(to, (Half)scale);
            for (var i = 0; i < Elements / 2; i++)
            {
                to[sizeof(ushort) + i] = (byte)(Step(from[i] * inverse) | (Step(from[i + Elements / 2] * inverse) << 4));
            }
        }
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(from);
            for (var i = 0; i < Elements / 2; i++)
            {
                to[i] = scale * ((from[sizeof(ushort) + i] & 15) - 8);
                to[i + Elements / 2] = scale * ((from[sizeof(ushort) + i] >> 4) - 8);
            }
        }
    }

    private static int Step(float multiple) => Math.Min(15, (int)(multiple + 8.5f));
}
