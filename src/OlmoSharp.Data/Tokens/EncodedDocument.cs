using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Tokens;

/// <summary>Where an encoded document lies in its file, as rows of the file's index have it: its id in UTF-8, then its tokens.</summary>
/// <param name="Key">Its key in the order (<see cref="DocumentOrder"/>).</param>
/// <param name="Line">Its line in its document file, from 1.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="TextBytes">Length of its text in UTF-8.</param>
/// <param name="IdBytes">Length of its id.</param>
/// <param name="Tokens">How many tokens it has, those that begin and end it included.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EncodedDocument(ulong Key, long Line, long Offset, long TextBytes, int IdBytes, int Tokens)
{
    /// <summary>Its length.</summary>
    /// <param name="tokenSize">Bytes of a token.</param>
    public long Bytes(int tokenSize) => IdBytes + (long)Tokens * tokenSize;
}
