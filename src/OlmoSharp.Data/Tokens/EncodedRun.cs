using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Tokens;

/// <summary>A stretch of an encoded file whose documents are in order.</summary>
/// <param name="Start">Its first row in the index.</param>
/// <param name="Count">How many rows it has.</param>
/// <param name="FirstKey">The key of its first row.</param>
/// <param name="LastKey">The key of its last row.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EncodedRun(long Start, long Count, ulong FirstKey, ulong LastKey);
