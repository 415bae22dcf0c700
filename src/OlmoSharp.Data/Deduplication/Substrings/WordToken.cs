using System.IO.Hashing;
using System.Runtime.InteropServices;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>A word and what follows it up to the next, as they are compared: XXH3 of their bytes. Tokens are in the order of their words first.</summary>
/// <param name="Word">The word.</param>
/// <param name="Separator">What follows it.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct WordToken(ulong Word, ulong Separator) : IComparable<WordToken>
{
    /// <summary>Bytes of a token in memory and in files.</summary>
    public const int Bytes = 16;

    /// <summary>Adds the tokens of a text to a list.</summary>
    public static void AddAll(ReadOnlySpan<byte> utf8, List<WordToken> tokens)
    {
        var (start, end) = (0, -1);
        foreach (var word in new NormalizedWords(utf8))
        {
            if (end >= 0)
            {
                tokens.Add(Of(utf8[start..end], utf8[end..word.Start]));
            }

            (start, end) = (word.Start, word.End);
        }

        if (end >= 0)
        {
            tokens.Add(Of(utf8[start..end], utf8[end..]));
        }
    }

    /// <inheritdoc/>
    public int CompareTo(WordToken other) => Word == other.Word ? Separator.CompareTo(other.Separator) : Word.CompareTo(other.Word);

    private static WordToken Of(ReadOnlySpan<byte> word, ReadOnlySpan<byte> separator) => new(XxHash3.HashToUInt64(word), XxHash3.HashToUInt64(separator));
}
