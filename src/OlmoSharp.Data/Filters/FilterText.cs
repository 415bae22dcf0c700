using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Filters;

/// <summary>Reads a filter's text from left to right. Errors name the character.</summary>
/// <param name="text">The filter.</param>
internal sealed class FilterText(string text)
{
    /// <summary>Where reading stands, from 0.</summary>
    public int Position { get; set; }

    /// <summary>The character there, or NUL at the end.</summary>
    public char Next => PeekAt(0);

    /// <summary>A character further on, or NUL past the end.</summary>
    public char PeekAt(int distance) => Position + distance < text.Length ? text[Position + distance] : '\0';

    /// <summary>Passes over space.</summary>
    public FilterText Space()
    {
        while (char.IsWhiteSpace(Next))
        {
            Position++;
        }

        return this;
    }

    /// <summary>Takes a sign if it comes next, after space.</summary>
    public bool Take(string sign)
    {
        if (string.CompareOrdinal(text, Space().Position, sign, 0, sign.Length) != 0)
        {
            return false;
        }

        Position += sign.Length;
        return true;
    }

    /// <summary>Takes a word if it comes next, after space, and ends there.</summary>
    public bool TakeWord(string word)
    {
        var start = Space().Position;
        if (!Take(word))
        {
            return false;
        }

        if (IsWordCharacter(Next))
        {
            Position = start;
            return false;
        }

        return true;
    }

    /// <summary>Takes a sign that must come next.</summary>
    public void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw Error($"expected {sign}");
        }
    }

    /// <summary>Takes the characters that a name without quotes is made of; none at all gives an empty name.</summary>
    /// <param name="isPart">Which characters those are.</param>
    public string Name(Func<char, bool> isPart)
    {
        var start = Position;
        while (Next != '\0' && isPart(Next))
        {
            Position++;
        }

        return text[start..Position];
    }

    /// <summary>Takes a number if one comes next.</summary>
    public bool TakeNumber(out double number)
    {
        number = 0;
        var start = Space().Position;
        if (!char.IsAsciiDigit(Next) && !(Next == '-' && char.IsAsciiDigit(PeekAt(1))))
        {
            return false;
        }

        Position++;
        while (char.IsAsciiDigit(Next) || (Next == '.' && char.IsAsciiDigit(PeekAt(1))) || Next is 'e' or 'E' || (Next is '+' or '-' && PeekAt(-1) is 'e' or 'E' && Position > start))
        {
            Position++;
        }

        if (double.TryParse(text.AsSpan(start, Position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        Position = start;
        throw Error("this is not a number");
    }

    /// <summary>Takes a quoted text with the escapes of JSON if one comes next.</summary>
    /// <param name="quote">The quotation mark.</param>
    /// <param name="content">What stands between.</param>
    public bool TakeString(char quote, out string content)
    {
        content = "";
        var start = Space().Position;
        if (Next != quote)
        {
            return false;
        }

        Position++;
        var characters = new StringBuilder();
        while (Next != quote)
        {
            if (Position >= text.Length)
            {
                Position = start;
                throw Error("this quotation mark is never closed");
            }

            characters.Append(Next == '\\' ? Escape() : Next);
            Position++;
        }

        Position++;
        content = characters.ToString();
        return true;
    }

    /// <summary>Takes a quoted text as it stands, backslashes too, if one comes next: a regular expression has escapes of its own.</summary>
    public bool TakeVerbatim(out string content)
    {
        content = "";
        var start = Space().Position;
        var quote = Next;
        if (quote is not ('\'' or '"'))
        {
            return false;
        }

        Position++;
        while (Next != quote)
        {
            Position += Next == '\\' ? 2 : 1;
            if (Position >= text.Length)
            {
                Position = start;
                throw Error("this quotation mark is never closed");
            }
        }

        Position++;
        content = text[(start + 1)..(Position - 1)];
        return true;
    }

    /// <summary>Whether everything is read.</summary>
    public bool IsAtEnd => Space().Position >= text.Length;

    /// <summary>An error at the place where reading stands.</summary>
    public FormatException Error(string reason) => new($"character {Position + 1} (at \"{Rest()}\"): {reason}");

    /// <summary>Letters, digits and the underscore.</summary>
    public static bool IsWordCharacter(char character) => char.IsLetterOrDigit(character) || character == '_';

    private string Rest() => Position >= text.Length ? "its end" : text.Length - Position <= 20 ? text[Position..] : $"{text.AsSpan(Position, 20)}…";

    private char Escape()
    {
        Position++;
        switch (Next)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u' when Position + 5 <= text.Length && ushort.TryParse(text.AsSpan(Position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                Position += 4;
                return (char)code;
            case '"' or '\'' or '\\' or '/' or '(' or ')':
                return Next;
            default:
                throw Error("there is no such escape; a backslash itself is \\\\");
        }
    }
}
