using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>The signatures of a shard's documents by number.</summary>
internal sealed class SignatureFile(string path, int values) : IDisposable
{
    private readonly IntermediateFile _file = new(path);

    public void Read(uint document, Span<uint> signature) => _file.Read(MemoryMarshal.AsBytes(signature), (long)document * sizeof(uint) * values);

    public void Dispose() => _file.Dispose();
}
