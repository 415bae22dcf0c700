using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>Instructions about upper and lower case.</summary>
internal static partial class CaseInstructions
{
    /// <summary><c>str.isupper</c>: letters with case are there, and all of them are upper case.</summary>
    public static bool IsUpper(string text) => HasOnly(text, UnicodeCategory.UppercaseLetter);

    /// <summary><c>str.islower</c>: letters with case are there, and all of them are lower case.</summary>
    public static bool IsLower(string text) => HasOnly(text, UnicodeCategory.LowercaseLetter);

    /// <summary>
    /// How many words are all capitals, words being those of the Penn Treebank's rules, by which <c>nltk.word_tokenize</c> works: punctuation and brackets part words, hyphens and
    /// points within do not, and contractions are two words (<c>DON'T</c> is <c>DO</c> and <c>N'T</c>, <c>I'M</c> is <c>I</c> and <c>'M</c>).
    /// </summary>
    public static int CountCapitalWords(string text) =>
        PythonText.Words(Joined.Replace(Contraction.Replace(Separator.Replace(text, " "), " "), " ")).Count(IsUpper);

    private static bool HasOnly(string text, UnicodeCategory wanted)
    {
        var found = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter)
            {
                if (category != wanted)
                {
                    return false;
                }

                found = true;
            }
        }

        return found;
    }

    // A colon or comma between digits parts nothing.
    [GeneratedRegex("""[;@#$%&?!()\[\]{}<>"“”«»„`]|--|\.\.+|[:,](?!\d)""", RegexOptions.CultureInvariant)]
    private static partial Regex Separator { get; }

    [GeneratedRegex(@"(?<=[^'\s])(?='(?:S|M|D|LL|RE|VE)(?!\w))|(?<=\w)(?=N'T(?!\w))", RegexOptions.CultureInvariant)]
    private static partial Regex Contraction { get; }

    // CANNOT, GIMME, GONNA, GOTTA, LEMME, WANNA; 'TIS and 'TWAS.
    [GeneratedRegex(@"(?<=\bCAN)(?=NOT\b)|(?<=\bGIM)(?=ME\b)|(?<=\bGON)(?=NA\b)|(?<=\bGOT)(?=TA\b)|(?<=\bLEM)(?=ME\b)|(?<=\bWAN)(?=NA\b)|(?<='T)(?=IS\b|WAS\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Joined { get; }
}
