using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Mixing;

/// <summary>Random numbers that belong to documents: XXH3 with the seed, of source, id and what the number is for. They do not depend on files or order.</summary>
internal static class RowKey
{
    /// <summary>The number that decides on a sample, in [0, 1): a document is of the sample where it is below the rate. Larger samples contain smaller ones.</summary>
    public static double Sample(DocumentView document, long seed) => (Hash(document, seed, -1) >> 11) * (1.0 / (1L << 53));

    /// <summary>The place of a copy of a document in a shuffled order.</summary>
    public static ulong Order(DocumentView document, long seed, int copy) => Hash(document, seed, copy);

    private static ulong Hash(DocumentView document, long seed, int purpose)
    {
        var source = document.Source;
        var id = document.Id;
        var length = 8 + source.Length + id.Length;
        byte[]? rented = null;
        var bytes = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, purpose);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], source.Length);
        source.CopyTo(bytes[8..]);
        id.CopyTo(bytes[(8 + source.Length)..]);
        var hash = XxHash3.HashToUInt64(bytes[..length], seed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }
}
