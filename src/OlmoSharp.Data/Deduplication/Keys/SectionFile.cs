using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Items of one kind in sections, one after the other; at the end stands for every section, and the end, where its items begin (u64, little-endian).</summary>
internal static class SectionFile
{
    /// <summary>Reads the items of a section.</summary>
    public static T[] Read<T>(string path, int section, int sections)
        where T : unmanaged
    {
        using var file = new IntermediateFile(path);
        Span<long> places = stackalloc long[2];
        file.Read(MemoryMarshal.AsBytes(places), file.Length - 8L * (sections + 1 - section));
        var items = new T[(places[1] - places[0]) / Unsafe.SizeOf<T>()];
        file.Read(MemoryMarshal.AsBytes(items.AsSpan()), places[0]);
        return items;
    }

    /// <summary>Writes such a file.</summary>
    internal sealed class Writer(Stream stream)
    {
        private readonly List<long> _starts = [];
        private long _written;

        /// <summary>Begins the next section.</summary>
        public void BeginSection() => _starts.Add(_written);

        /// <summary>Adds items to the section.</summary>
        public void Add<T>(ReadOnlySpan<T> items)
            where T : unmanaged
        {
            var bytes = MemoryMarshal.AsBytes(items);
            stream.Write(bytes);
            _written += bytes.Length;
        }

        public void Complete()
        {
            BeginSection();
            stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_starts)));
        }
    }
}
