using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Resolution;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>Two documents of one cluster.</summary>
/// <param name="Document">The number of the later one in its shard.</param>
/// <param name="Earlier">The earlier one.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DocumentEdge(uint Document, KeyOrigin Earlier);
