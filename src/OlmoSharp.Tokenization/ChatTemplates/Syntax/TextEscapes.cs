using System.Globalization;
using System.Text;

namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>The escapes of texts in quotes, which are Python's.</summary>
internal static class TextEscapes
{
    /// <summary>Resolves them.</summary>
    /// <param name="text">What stands between the quotes.</param>
    /// <param name="line">For errors.</param>
    /// <exception cref="TemplateSyntaxFault">One is cut short or not supported.</exception>
    public static string Resolve(string text, int line)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        StringBuilder resolved = new(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                resolved.Append(text[i]);
                continue;
            }

            i++;
            switch (text[i])
            {
                case '\n':
                    break;
                case 'x' or 'u' or 'U':
                    var digits = text[i] == 'x' ? 2 : text[i] == 'u' ? 4 : 8;
                    Append(resolved, text, i + 1, digits, line);
                    i += digits;
                    break;
                case 'N':
                    throw new TemplateSyntaxFault(line, "characters by name (\\N{…}) are not supported");
                case >= '0' and <= '7':
                    var end = i;
                    var value = 0;
                    while (end < text.Length && end < i + 3 && text[end] is >= '0' and <= '7')
                    {
                        value = 8 * value + text[end++] - '0';
                    }

                    resolved.Append((char)value);
                    i = end - 1;
                    break;
                default:
                    resolved.Append(Simple(text[i]));
                    break;
            }
        }

        return resolved.ToString();
    }

    private static string Simple(char letter) => letter switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\\' or '\'' or '"' => letter.ToString(),
        _ => "\\" + letter,
    };

    private static void Append(StringBuilder resolved, string text, int start, int digits, int line)
    {
        if (start + digits > text.Length || !int.TryParse(text.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10FFFF)
        {
            throw new TemplateSyntaxFault(line, $"an escape of a character needs {digits} hexadecimal digits");
        }

        if (value < 0x10000)
        {
            resolved.Append((char)value);
        }
        else
        {
            resolved.Append(char.ConvertFromUtf32(value));
        }
    }
}
