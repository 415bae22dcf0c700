using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>Random orders, the same for the same seed on every machine: by SHA-256 of the seed, the order's number and the item's place.</summary>
internal sealed class SeededOrder(long seed)
{
    private int _orders;

    /// <summary>The items in a random order.</summary>
    public IReadOnlyList<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        var order = _orders++;
        return [.. items.Select((item, place) => (item, key: Key(order, place))).OrderBy(pair => pair.key).Select(pair => pair.item)];
    }

    private UInt128 Key(int order, int place)
    {
        Span<byte> input = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(input, seed);
        BinaryPrimitives.WriteInt32LittleEndian(input[8..], order);
        BinaryPrimitives.WriteInt32LittleEndian(input[12..], place);
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(input));
    }
}
