using System.Text;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>The identifiers of a shard's documents by number: their bytes, then where each begins (u64, one more for the end), then their count (u64).</summary>
internal sealed class DocumentIdFile : IDisposable
{
    private readonly IntermediateFile _file;
    private readonly long _count;

    public DocumentIdFile(string path)
    {
        _file = new IntermediateFile(path);
        Span<byte> count = stackalloc byte[8];
        _file.Read(count, _file.Length - 8);
        _count = BitConverter.ToInt64(count);
    }

    public string Read(long number)
    {
        Span<byte> places = stackalloc byte[16];
        _file.Read(places, _file.Length - 8 - 8 * (_count + 1 - number));
        var (start, end) = (BitConverter.ToInt64(places), BitConverter.ToInt64(places[8..]));
        var id = new byte[end - start];
        _file.Read(id, start);
        return Encoding.UTF8.GetString(id);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Writes such a file.</summary>
    internal sealed class Writer(Stream stream)
    {
        private readonly List<long> _starts = [0];

        public void Add(ReadOnlySpan<byte> id)
        {
            stream.Write(id);
            _starts.Add(_starts[^1] + id.Length);
        }

        public void Complete()
        {
            stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_starts)));
            stream.Write(BitConverter.GetBytes(_starts.Count - 1L));
        }
    }
}
