using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Models.Tests.Gguf;

/// <summary>Restores one element at a time in float64, as the formats are described, bit by bit.</summary>
internal static class PlainBlocks
{
    public static double[] Decode(GgufTensorType type, byte[] bytes)
        => [.. bytes.Chunk(type.BlockBytes).SelectMany(block => Enumerable.Range(0, type.BlockElements).Select(i => type.Name switch
        {
            "q4_0" => Half(block, 0) * (Bits(block, 2 + i % 16, i / 16 * 4, 4) - 8),
            "q5_0" => Half(block, 0) * (Bits(block, 6 + i % 16, i / 16 * 4, 4) + 16 * Bits(block, 2 + i / 8, i % 8, 1) - 16),
            "q8_0" => Half(block, 0) * (sbyte)block[2 + i],
            "q4_k" => Half(block, 0) * SixBits(block, i / 32, 4, 0) * Bits(block, 16 + i / 64 * 32 + i % 32, i / 32 % 2 * 4, 4)
                - Half(block, 2) * SixBits(block, i / 32, 8, 4),
            "q6_k" => Half(block, 208) * (sbyte)block[192 + i / 16] * (LowBits(block, i / 128, i % 128) + 16 * HighBits(block, i / 128, i % 128) - 32),
            _ => throw new ArgumentException(type.Name),
        }))];

    private static double Half(byte[] block, int at) => (double)BitConverter.ToHalf(block, at);

    private static int Bits(byte[] block, int at, int shift, int count) => (block[at] >> shift) % (1 << count);

    /// <summary>Sub-blocks 0 to 3: the lower bits of four bytes. 4 to 7: four bits of the last four bytes, two that the first left.</summary>
    private static int SixBits(byte[] block, int subBlock, int at, int laterShift)
        => subBlock < 4 ? Bits(block, at + subBlock, 0, 6) : Bits(block, 8 + subBlock, laterShift, 4) + 16 * Bits(block, at + subBlock - 4, 6, 2);

    private static int LowBits(byte[] block, int half, int i) => Bits(block, 64 * half + i % 64, i / 64 * 4, 4);

    private static int HighBits(byte[] block, int half, int i) => Bits(block, 128 + 32 * half + i % 32, i / 32 * 2, 2);
}
