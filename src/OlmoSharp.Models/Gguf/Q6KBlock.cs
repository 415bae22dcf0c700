using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// The super-block of ggml's <c>q6_K</c>: 256 numbers q from 0 to 63, signed 8-bit scales s of 16 sub-blocks of 16, and a half-precision
/// scale d of these; an element is d·s·(q − 32). The elements are two halves of four rows of 32: byte i of a half's 64 bytes of low bits
/// has the lower four bits of element i in its low half and of element 64 + i in its high half; byte i of a half's 32 bytes of high bits
/// has the upper two bits of element i of each row, the first row's lowest.
/// </summary>
internal static class Q6KBlock
{
    public const int Elements = 256;
    public const int Bytes = ScaleAt + sizeof(ushort);

    private const int SubBlock = 16;
    private const int SubBlocks = Elements / SubBlock;
    private const int HalfBlock = Elements / 2;
    private const int Row = 32;
    private const int HighBitsAt = Elements / 2;
    private const int ScalesAt = HighBitsAt + Elements / 4;
    private const int ScaleAt = ScalesAt + SubBlocks;
    private const int Zero = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        Span<float> weights = stackalloc float[SubBlock];
        Span<float> scales = stackalloc float[SubBlocks];
        Span<int> steps = stackalloc int[Elements];
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            var extreme = 0f;
            for (var i = 0; i < SubBlocks; i++)
            {
                var values = from.Slice(i * SubBlock, SubBlock);
                LeastSquares.Weigh(values, weights);
                scales[i] = LeastSquares.FitScale(values, weights, Zero);
                extreme = MathF.Abs(scales[i]) > MathF.Abs(extreme) ? scales[i] : extreme;
            }

            var unit = (float)LeastSquares.Unit(extreme / sbyte.MinValue);
            BinaryPrimitives.WriteHalfLittleEndian(to[ScaleAt..], (Half)unit);
            for (var i = 0; i < SubBlocks; i++)
            {
                var multiple = unit == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(scales[i] / unit), sbyte.MinValue, sbyte.MaxValue);
                to[ScalesAt + i] = (byte)multiple;
                LeastSquares.Round(from.Slice(i * SubBlock, SubBlock), unit * multiple, 0, -Zero, Zero - 1, steps.Slice(i * SubBlock, SubBlock));
            }

            for (var half = 0; half < 2; half++)
            {
                var q = steps.Slice(half * HalfBlock, HalfBlock);
                var low = to.Slice(half * HalfBlock / 2, HalfBlock / 2);
                var high = to.Slice(HighBitsAt + half * Row, Row);
                for (var i = 0; i < Row; i++)
                {
                    int first = q[i] + Zero, second = q[Row + i] + Zero, third = q[2 * Row + i] + Zero, fourth = q[3 * Row + i] + Zero;
                    low[i] = (byte)((first & 15) | ((third & 15) << 4));
                    low[Row + i] = (byte)((second & 15) | ((fourth & 15) << 4));
                    high[i] = (byte)((first >> 4) | (second >> 4 << 2) | (third >> 4 << 4) | (fourth >> 4 << 6));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        Span<float> scales = stackalloc float[SubBlocks];
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var unit = (float)BinaryPrimitives.ReadHalfLittleEndian(from[ScaleAt..]);
            for (var i = 0; i < SubBlocks; i++)
            {
                scales[i] = unit * (sbyte)from[ScalesAt + i];
            }

            for (var half = 0; half < 2; half++)
            {
                var values = to.Slice(half * HalfBlock, HalfBlock);
                var low = from.Slice(half * HalfBlock / 2, HalfBlock / 2);
                var high = from.Slice(HighBitsAt + half * Row, Row);
                var scale = scales.Slice(half * SubBlocks / 2, SubBlocks / 2);
                for (var i = 0; i < Row; i++)
                {
                    var at = i / SubBlock;
                    values[i] = scale[at] * (((low[i] & 15) | ((high[i] & 3) << 4)) - Zero);
                    values[Row + i] = scale[at + 2] * (((low[Row + i] & 15) | ((high[i] >> 2 & 3) << 4)) - Zero);
                    values[2 * Row + i] = scale[at + 4] * (((low[i] >> 4) | ((high[i] >> 4 & 3) << 4)) - Zero);
                    values[3 * Row + i] = scale[at + 6] * (((low[Row + i] >> 4) | (high[i] >> 6 << 4)) - Zero);
                }
            }
        }
    }
}
