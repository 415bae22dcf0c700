using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace OlmoSharp.Data.Sources.Messages;

/// <summary>Reads the strings embedded in an assembly's <c>.resources</c> streams without loading the assembly.</summary>
internal static class AssemblyResources
{
    /// <summary>
    /// The strings, by stream in the order of the assembly and by key within a stream. A file that is not a .NET assembly has none, nor has
    /// a stream in a format of its own (which only a special reader deserializes).
    /// </summary>
    /// <exception cref="DataException">The file is damaged.</exception>
    public static IReadOnlyList<string> ReadStrings(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var assembly = new PEReader(file);
            if (!assembly.HasMetadata || assembly.PEHeaders.CorHeader is not { ResourcesDirectory.Size: > 0 } header)
            {
                return [];
            }

            if (!assembly.PEHeaders.TryGetDirectoryOffset(header.ResourcesDirectory, out var start))
            {
                throw new BadImageFormatException("the resources lie outside the file");
            }

            var metadata = assembly.GetMetadataReader();
            return [.. metadata.ManifestResources
                .Select(metadata.GetManifestResource)
                .Where(resource => resource.Implementation.IsNil
                    && metadata.GetString(resource.Name).EndsWith(".resources", StringComparison.Ordinal))
                .SelectMany(resource => ReadStream(file, start + resource.Offset))];
        }
        catch (Exception error) when (error is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: its resources cannot be read: {error.Message} Repair the installation of .NET.", error);
        }
    }

    private static SortedDictionary<string, string>.ValueCollection ReadStream(FileStream file, long offset)
    {
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        file.Position = offset;
        file.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length < 0 || length > file.Length - file.Position)
        {
            throw new BadImageFormatException("a resource is longer than the file");
        }

        var bytes = new byte[length];
        file.ReadExactly(bytes);
        return ResourceStrings.Read(bytes).Values;
    }
}
