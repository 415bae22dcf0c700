using System.Text;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Length;

/// <summary>Counts what the expression <c>\w+|[^\w\s]+</c> finds: runs of word characters, and runs of what is neither word nor white space.</summary>
internal static class WordRuns
{
    private const byte Space = 0;
    private const byte Word = 1;
    private const byte Mark = 2;
    private static readonly byte[] Ascii = [.. Enumerable.Range(0, 128).Select(code => Class(new Rune(code)))];

    /// <summary>How many runs there are.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public static int Count(ReadOnlySpan<byte> utf8)
    {
        var (count, previous) = (0, Space);
        while (!utf8.IsEmpty)
        {
            var (kind, length) = (Space, 1);
            if (utf8[0] < 0x80)
            {
                kind = Ascii[utf8[0]];
            }
            else
            {
                Rune.DecodeFromUtf8(utf8, out var rune, out length);
                kind = Class(rune);
            }

            count += kind != Space && kind != previous ? 1 : 0;
            previous = kind;
            utf8 = utf8[length..];
        }

        return count;
    }

    private static byte Class(Rune rune) => CharacterClasses.IsSpace(rune) ? Space : CharacterClasses.IsWord(rune) ? Word : Mark;
}
