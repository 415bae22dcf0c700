using System.Buffers;
using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Sources.Messages;

/// <summary>Tells messages for people from the other strings in resources: XML, encoded images, bare symbols.</summary>
internal static partial class MessageFilter
{
    private const int MaxLength = 8192;
    private const int MinLetters = 3;

    private static readonly SearchValues<char> Control = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(code => char.IsControl(code) && code is not ('\n' or '\t')), '\uFFFD']);

    /// <summary>The message with its line ends as <c>\n</c> and without blank lines, or null for what is not a message.</summary>
    public static string? Clean(string text)
    {
        var message = BlankLines().Replace(text.ReplaceLineEndings("\n"), "\n").Trim();
        var isMarkup = message.StartsWith('<') && message.EndsWith('>');
        return message.Length > MaxLength || isMarkup || message.AsSpan().ContainsAny(Control) || HasLoneSurrogate(message)
            || EncodedRun().IsMatch(message) || CountLetters(message) < MinLetters
            ? null
            : message;
    }

    // An ideograph says as much as a short word.
    private static int CountLetters(string text)
    {
        var letters = 0;
        foreach (var character in text)
        {
            letters += char.IsLetter(character) ? character >= '\u3040' ? 2 : 1 : 0;
        }

        return letters;
    }

    private static bool HasLoneSurrogate(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0xFFFD)
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"[ \t]*\n\s*\n[ \t]*")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"[A-Za-z0-9+/=]{100,}")]
    private static partial Regex EncodedRun();
}
