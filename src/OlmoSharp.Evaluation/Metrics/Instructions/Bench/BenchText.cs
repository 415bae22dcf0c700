using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>Words and other parts of a response as IFBench counts them.</summary>
internal static partial class BenchText
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    // The plain letter first.
    private static readonly string[] Accented =
        ["aàáâãäåāăąǎ", "cçćĉċč", "dď", "eèéêëēĕėęě", "gĝğġģ", "hĥ", "iìíîïĩīĭįǐ", "jĵ", "kķ", "lĺļľ", "nñńņňǹ", "oòóôõöōŏőǒ", "rŕŗř", "sśŝşšș", "tţťț", "uùúûüũūŭůűų", "wŵ", "yýÿŷ", "zźżž"];

    /// <summary>Without ASCII punctuation and spaces at both ends.</summary>
    public static string Bare(string text) => text.Trim([.. Punctuation, ' ']);

    /// <summary>The same at the beginning alone.</summary>
    public static string BareStart(string text) => text.TrimStart([.. Punctuation, ' ']);

    /// <summary>The words of a response without its ASCII punctuation.</summary>
    public static List<string> PlainWords(string text) => PythonText.Words(PythonText.RemovePunctuation(text));

    /// <summary>Lines that are not blank, as they are.</summary>
    public static List<string> FilledLines(string text) => [.. text.Split('\n').Where(line => PythonText.Strip(line).Length > 0)];

    /// <summary>Words and signs by the Penn Treebank's rules: a sign is a token of its own, so is what follows an apostrophe in a contraction, and a full stop at the end.</summary>
    public static List<string> Tokens(string text) => [.. Token.Matches(text).Select(match => match.Value)];

    /// <summary>Latin letters without their accents, and nothing else that is not ASCII. The process has no data to decompose letters with, so that those of European and African names are listed.</summary>
    public static string Unaccented(string text) => string.Concat(text.Select(Plain).Where(char.IsAscii));

    private static char Plain(char letter)
    {
        var place = char.IsAscii(letter) ? -1 : Array.FindIndex(Accented, letters => letters.Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal));
        return place < 0 ? letter : char.IsUpper(letter) ? char.ToUpperInvariant(Accented[place][0]) : Accented[place][0];
    }

    /// <summary>Rows of separated values, quotes around a value being doubled within it.</summary>
    public static List<List<string>> Rows(string text, char separator)
    {
        var rows = new List<List<string>>();
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            var row = new List<string>();
            var value = new StringBuilder();
            var quoted = false;
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                {
                    value.Append(line[i++]);
                }
                else if (line[i] == '"' && (quoted || value.Length == 0))
                {
                    quoted = !quoted;
                }
                else if (line[i] == separator && !quoted)
                {
                    row.Add(value.ToString());
                    value.Clear();
                }
                else
                {
                    value.Append(line[i]);
                }
            }

            row.Add(value.ToString());
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Whether a character is an emoji: by the blocks that these are in.</summary>
    public static bool IsEmoji(Rune rune) => rune.Value is (>= 0x1F300 and <= 0x1FAFF) or (>= 0x1F1E6 and <= 0x1F1FF) or 0x1F004 or 0x1F0CF or (>= 0x1F170 and <= 0x1F251)
        or (>= 0x2600 and <= 0x27BF) or 0x2B50 or 0x2B55 or 0x2B1B or 0x2B1C or (>= 0x2B05 and <= 0x2B07) or 0x231A or 0x231B or 0x2328 or (>= 0x23CF and <= 0x23FA)
        or 0x25AA or 0x25AB or 0x25B6 or 0x25C0 or (>= 0x25FB and <= 0x25FE) or 0x2934 or 0x2935 or 0x3030 or 0x303D or 0x3297 or 0x3299 or 0x203C or 0x2049 or 0x2122 or 0x2139
        or 0x00A9 or 0x00AE or (>= 0x2194 and <= 0x21AA);

    /// <summary>Syllables of an English word: its groups of vowels, without a silent e at the end, at least one. The original looks words up and counts so only what it does not find.</summary>
    public static int Syllables(string word)
    {
        var count = VowelGroup.Count(word);
        var silent = word.Length > 2 && word.EndsWith('e') && !VowelBeforeEnd.IsMatch(word) && !(word.EndsWith("le", StringComparison.Ordinal) && !"aeiouy".Contains(word[^3], StringComparison.Ordinal));
        var past = word.Length > 3 && word.EndsWith("ed", StringComparison.Ordinal) && word[^3] is not ('t' or 'd') && !"aeiouy".Contains(word[^3], StringComparison.Ordinal);
        return Math.Max(1, count - (silent || past ? 1 : 0));
    }

    /// <summary>Whether a character is a letter in lower case.</summary>
    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    /// <summary>Whether a text has letters in upper case and none in lower.</summary>
    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    [GeneratedRegex(@"[A-Za-z0-9_\u00C0-\uFFDC]+(?:[-.,:](?=[\w])[\w]+)*?(?=n't\b|'(?:s|m|d|ll|re|ve)\b)|n't\b|'(?:s|m|d|ll|re|ve)\b|\w+(?:[-.,:'](?=\w)\w+)*|\.\.\.|--|[^\s\w]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Token { get; }

    [GeneratedRegex("[aeiouy]+", RegexOptions.CultureInvariant)]
    private static partial Regex VowelGroup { get; }

    [GeneratedRegex("[aeiouy]e$", RegexOptions.CultureInvariant)]
    private static partial Regex VowelBeforeEnd { get; }
}
