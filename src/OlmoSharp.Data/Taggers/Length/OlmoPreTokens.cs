using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Taggers.Length;

/// <summary>
/// Counts the pieces that Dolma's <c>olmo_pretokenizer</c> makes: each punctuation mark and each digit by itself, with a space before it if there is one, and
/// the rest as the pre-tokenizer of GPT-2 splits it.
/// </summary>
internal static partial class OlmoPreTokens
{
    /// <summary>How many pieces there are.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public static int Count(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<char> text = string.Concat(Encoding.UTF8.GetString(utf8).EnumerateRunes().Select(StandIn));
        var (count, at) = (0, 0);
        foreach (var single in Isolated.EnumerateMatches(text))
        {
            count += Gpt2.Count(text[at..single.Index]) + 1;
            at = single.Index + single.Length;
        }

        return count + Gpt2.Count(text[at..]);
    }

    /// <summary>A character of 16 bits in the same classes, as expressions see no others.</summary>
    private static char StandIn(Rune rune) => rune.IsBmp ? (char)rune.Value : Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.OtherLetter => 'ª',
        UnicodeCategory.DecimalDigitNumber => '0',
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '½',
        >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation => '.',
        _ => '¤',
    };

    // The class [[:punct:]] of Oniguruma: Unicode's punctuation, and ASCII's symbols.
    [GeneratedRegex(@" ?(?:[\p{P}$+<=>^`|~]|\p{Nd})", RegexOptions.CultureInvariant)]
    private static partial Regex Isolated { get; }

    [GeneratedRegex(@"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2 { get; }
}
