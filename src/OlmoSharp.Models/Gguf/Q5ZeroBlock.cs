using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// The block of ggml's <c>q5_0</c>: a half-precision scale d, the fifth bits of 32 numbers q from 0 to 31 as one 32-bit integer, and their
/// lower four bits, of the first 16 as the low halves of the bytes and of the others as the high halves; an element is d·(q − 16).
/// </summary>
internal static class Q5ZeroBlock
{
    public const int Elements = 32;
    public const int Bytes = HighBitsAt + sizeof(uint) + Elements / 2;

    private const int HighBitsAt = sizeof(ushort);
    private const int LowBitsAt = HighBitsAt + sizeof(uint);
    private const int Zero = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        Span<float> weights = stackalloc float[Elements];
        Span<int> steps = stackalloc int[Elements];
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            LeastSquares.Weigh(from[..Elements], weights);
            var scale = (Half)LeastSquares.FitScale(from[..Elements], weights, Zero);
            LeastSquares.Round(from[..Elements], (float)scale, 0, -Zero, Zero - 1, steps);
            BinaryPrimitives.WriteHalfLittleEndian(to, scale);
            var highBits = 0u;
            for (var i = 0; i < Elements / 2; i++)
            {
                int low = steps[i] + Zero, high = steps[i + Elements / 2] + Zero;
                to[LowBitsAt + i] = (byte)((low & 15) | (high << 4));
                highBits |= ((uint)low >> 4 << i) | ((uint)high >> 4 << (i + Elements / 2));
            }

            BinaryPrimitives.WriteUInt32LittleEndian(to[HighBitsAt..], highBits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(from);
            var highBits = BinaryPrimitives.ReadUInt32LittleEndian(from[HighBitsAt..]);
            for (var i = 0; i < Elements / 2; i++)
            {
                int pair = from[LowBitsAt + i], low = (int)(highBits >> i & 1), high = (int)(highBits >> (i + Elements / 2) & 1);
                to[i] = scale * (((pair & 15) | (low << 4)) - Zero);
                to[i + Elements / 2] = scale * (((pair >> 4) | (high << 4)) - Zero);
            }
        }
    }
}
