using System.Globalization;
using System.Text;

namespace OlmoSharp.Evaluation;

/// <summary>Operations on text by the rules of Python's <c>str</c>, in which the published prompts and metrics are defined.</summary>
internal static class PythonText
{
    /// <summary><c>\w</c> of Python's regular expressions, for patterns here: unlike .NET's it holds no combining marks, but all numerals.</summary>
    public const string WordClass = @"[\p{L}\p{N}_]";

    /// <summary><c>string.punctuation</c>: the ASCII characters that are neither letters, digits, spaces nor controls.</summary>
    public const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>Whether <c>str.isspace</c> holds.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';

    /// <summary>Whether <c>\w</c> matches.</summary>
    public static bool IsWordCharacter(Rune rune) =>
        rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>The number of code points, as <c>len</c> counts.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            length -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return length;
    }

    /// <summary><c>str.split()</c>: the runs of characters that are not spaces.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !IsSpace(text[i]))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
        }

        return words;
    }

    /// <summary><c>str.strip()</c>.</summary>
    public static string Strip(string text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        return StripEnd(text[start..]);
    }

    /// <summary><c>str.rstrip()</c>.</summary>
    public static string StripEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    /// <summary><c>str.capitalize()</c>: the first character upper case, every other lower case.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        Rune.DecodeFromUtf16(text, out var first, out var length);
        return Rune.ToUpperInvariant(first) + text[length..].ToLowerInvariant();
    }

    /// <summary>The text without the ASCII punctuation.</summary>
    public static string RemovePunctuation(string text) => Remove(text, static character => Punctuation.Contains(character, StringComparison.Ordinal));

    /// <summary>The text without the ASCII digits.</summary>
    public static string RemoveDigits(string text) => Remove(text, char.IsAsciiDigit);

    /// <summary><c>float(text)</c>, or false where that raises an error. Digits of other scripts are not read.</summary>
    public static bool TryParseFloat(string text, out double value)
    {
        value = 0;
        var number = Strip(text);
        var unsigned = number.Length > 0 && number[0] is '+' or '-' ? number[1..] : number;
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = number[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        if (unsigned.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        for (var i = 0; i < unsigned.Length; i++)
        {
            // Underscores may stand between digits, nowhere else.
            if (unsigned[i] == '_' && (i == 0 || i == unsigned.Length - 1 || !char.IsAsciiDigit(unsigned[i - 1]) || !char.IsAsciiDigit(unsigned[i + 1])))
            {
                return false;
            }
        }

        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return unsigned.Length > 0 && (char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.') &&
            double.TryParse(number.Replace("_", "", StringComparison.Ordinal), style, CultureInfo.InvariantCulture, out value);
    }

    /// <summary><c>str(value)</c> of a float: the shortest digits that give it back, with an exponent below 1e-4 and from 1e16 on.</summary>
    public static string FormatFloat(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        // The shortest digits, whatever form the runtime chose.
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0];
        var digits = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        digits = digits.Length == 0 ? "0" : digits;
        var sign = double.IsNegative(value) ? "-" : "";
        if (value != 0 && exponent is < -4 or >= 16)
        {
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (value == 0)
        {
            return sign + "0.0";
        }

        return exponent < 0
            ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1
                ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
                : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Remove(string text, Func<char, bool> unwanted)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (!unwanted(character))
            {
                builder.Append(character);
            }
        }

        return builder.ToString();
    }
}
