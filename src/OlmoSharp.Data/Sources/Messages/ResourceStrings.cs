using System.Buffers.Binary;
using System.Text;

namespace OlmoSharp.Data.Sources.Messages;

/// <summary>
/// Reads the strings of a <c>.resources</c> stream, in the format that <see cref="System.Resources.ResourceWriter"/> writes.
/// Unlike <see cref="System.Resources.ResourceReader"/> it never touches values of other types, which would be deserialized,
/// and it passes over the streams whole in one pass.
/// </summary>
internal static class ResourceStrings
{
    private const uint Magic = 0xBEEFCACE;
    private const string StandardReader = "System.Resources.ResourceReader";
    private const int StringCode = 1;

    /// <summary>The strings by their keys; none for a stream that asks for a reader of its own.</summary>
    /// <exception cref="BadImageFormatException">The stream is damaged.</exception>
    public static SortedDictionary<string, string> Read(byte[] resources)
    {
        try
        {
            return ReadEntries(resources);
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or FormatException or IOException)
        {
            throw new BadImageFormatException("a resource stream is damaged", error);
        }
    }

    private static SortedDictionary<string, string> ReadEntries(byte[] resources)
    {
        var strings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var names = new BinaryReader(new MemoryStream(resources), Encoding.Unicode);
        using var values = new BinaryReader(new MemoryStream(resources), Encoding.UTF8);
        if (values.ReadUInt32() != Magic)
        {
            throw new BadImageFormatException("a resource stream does not begin as one");
        }

        values.ReadInt32();
        values.ReadInt32();
        var readerType = values.ReadString();
        values.ReadString();
        if (!readerType.StartsWith(StandardReader, StringComparison.Ordinal))
        {
            return strings;
        }

        var version = values.ReadInt32();
        var count = values.ReadInt32();
        if (version != 2 || count < 0 || count > resources.Length)
        {
            throw new BadImageFormatException($"a resource stream has version {version} (2 expected) and {count} entries");
        }

        for (var types = values.ReadInt32(); types > 0; types--)
        {
            values.ReadString();
        }

        // Eight-byte alignment, then a hash for each name.
        var nameOffsets = (values.BaseStream.Position + 7) / 8 * 8 + count * sizeof(int);
        values.BaseStream.Position = nameOffsets + count * sizeof(int);
        var dataSection = values.ReadInt32();
        var nameSection = values.BaseStream.Position;
        for (var entry = 0; entry < count; entry++)
        {
            var offset = resources.AsSpan(checked((int)nameOffsets + entry * sizeof(int)), sizeof(int));
            names.BaseStream.Position = nameSection + BinaryPrimitives.ReadInt32LittleEndian(offset);
            var name = names.ReadString();
            values.BaseStream.Position = dataSection + names.ReadInt32();
            if (values.Read7BitEncodedInt() == StringCode)
            {
                strings[name] = values.ReadString();
            }
        }

        return strings;
    }
}
