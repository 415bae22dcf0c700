using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>The document in which a key occurs.</summary>
/// <param name="Shard">The number of its file.</param>
/// <param name="Document">Its number in the file.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct KeyOrigin(uint Shard, uint Document);
