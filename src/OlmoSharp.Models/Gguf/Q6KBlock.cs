using System.Buffers.Binary;

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

    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        Span<float> weights = stackalloc float[Elements];
        Span<float> scales = stackalloc float[SubBlocks];
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            var extreme = 0f;
            for (var i = 0; i < SubBlocks; i++)
            {
                var values = from.Slice(i * SubBlock, SubBlock);
                var importance = weights.Slice(i * SubBlock, SubBlock);
                LeastSquares.Weigh(values, importance);
                scales[i] = LeastSquares.FitScale(values, importance, Zero);
                extreme = MathF.Abs(scales[i]) > MathF.Abs(extreme) ? scales[i] : extreme;
            }

            to[..Bytes].Clear();
            var scale = LeastSquares.Unit(extreme / sbyte.MinValue);
            BinaryPrimitives.WriteHalfLittleEndian(to[ScaleAt..], scale);
            if (scale == Half.Zero)
            {
                continue;
            }

            for (var i = 0; i < SubBlocks; i++)
            {
                var multiple = (sbyte)Math.Clamp(MathF.Round(scales[i] / (float)scale), sbyte.MinValue, sbyte.MaxValue);
                to[ScalesAt + i] = (byte)multiple;
                var inverse = multiple == 0 ? 0 : 1 / ((float)scale * multiple);
                for (var j = 0; j < SubBlock; j++)
                {
                    var at = i * SubBlock + j;
                    Store(to, at, Math.Clamp((int)MathF.Round(from[at] * inverse), -Zero, Zero - 1) + Zero);
                }
            }
        }
    }

    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(from[ScaleAt..]);
            for (var i = 0; i < Elements; i++)
            {
                var (low, lowShift, high, highShift) = Place(i);
                var q = (from[low] >> lowShift & 15) | ((from[high] >> highShift & 3) << 4);
                to[i] = scale * (sbyte)from[ScalesAt + i / SubBlock] * (q - Zero);
            }
        }
    }

    private static void Store(Span<byte> block, int element, int q)
    {
        var (low, lowShift, high, highShift) = Place(element);
        block[low] |= (byte)((q & 15) << lowShift);
        block[high] |= (byte)(q >> 4 << highShift);
    }

    /// <summary>Where the bits of an element are: bytes of the block, and bits within them.</summary>
    private static (int Low, int LowShift, int High, int HighShift) Place(int element)
    {
        int half = element / HalfBlock, within = element % HalfBlock, row = within / Row, column = within % Row;
        return (half * 2 * Row + within % (2 * Row), row / 2 * 4, HighBitsAt + half * Row + column, row * 2);
    }
}
