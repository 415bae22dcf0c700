using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>Instructions about the number of words and paragraphs.</summary>
internal static partial class LengthInstructions
{
    /// <summary>The runs of letters, numerals and underscores.</summary>
    public static int CountWords(string response)
    {
        var count = 0;
        var inside = false;
        foreach (var rune in response.EnumerateRunes())
        {
            var word = PythonText.IsWordCharacter(rune);
            count += word && !inside ? 1 : 0;
            inside = word;
        }

        return count;
    }

    /// <summary>Whether there are so many paragraphs between lines of <c>***</c>; only the first and the last may be empty, and then do not count.</summary>
    public static bool HasParagraphs(string response, int count)
    {
        var paragraphs = Stars.Split(response);
        var filled = paragraphs.Count(paragraph => !IsBlank(paragraph));
        return paragraphs.Skip(1).SkipLast(1).All(paragraph => !IsBlank(paragraph)) && filled == count;
    }

    /// <summary>Whether there are so many paragraphs between empty lines, and one of them starts with a word. Its number counts empty paragraphs too, as in the original.</summary>
    public static bool ParagraphStartsWith(string response, int count, int number, string word)
    {
        var paragraphs = response.Split("\n\n");
        var filled = paragraphs.Count(paragraph => !IsBlank(paragraph));
        if (number < 1 || number > filled || IsBlank(paragraphs[number - 1]))
        {
            return false;
        }

        var first = new StringBuilder();
        foreach (var character in PythonText.Words(paragraphs[number - 1])[0].TrimStart('\'').TrimStart('"'))
        {
            if (character is '.' or ',' or '?' or '!' or '\'' or '"')
            {
                break;
            }

            first.Append(character);
        }

        return filled == count && first.ToString().Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsBlank(string text) => PythonText.Strip(text).Length == 0;

    [GeneratedRegex(@"\s?\*\*\*\s?", RegexOptions.CultureInvariant)]
    private static partial Regex Stars { get; }
}
