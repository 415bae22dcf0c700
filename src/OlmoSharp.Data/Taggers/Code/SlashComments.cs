using System.Buffers;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// Counts the comments of Java and JavaScript code, <c>// …</c> and <c>/* … */</c>, with their marks and without the end of a line. What looks like one in a string, a character, a text block,
/// a template or a regular expression is none. A comment or a text block that nothing closes is none either; a string ends with its line.
/// </summary>
internal ref struct SlashComments
{
    // A line of regular expressions that do not end is looked at this often, so that it costs no more than a few times its length.
    private const int MostOpenExpressions = 8;

    private const int LongestKeyword = 10;

    private static readonly SearchValues<byte> JavaMarks = SearchValues.Create("\"'/"u8);
    private static readonly SearchValues<byte> JavaScriptMarks = SearchValues.Create("\"'/`{}\n"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"u8);

    // After these a slash begins a regular expression, not a division.
    private static readonly string[] OperatorWords =
        ["return", "typeof", "instanceof", "in", "of", "new", "delete", "void", "throw", "case", "do", "else", "yield", "await"];

    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _isJavaScript;

    // Open braces of each ${…} that a template holds.
    private readonly Stack<int> _templates = [];

    private int _at;
    private int _codePoints;
    private int _openExpressions;
    private bool _hasNoMoreBlocks;
    private bool _hasNoMoreTextBlocks;

    // The last byte of code, and whether it belongs to a literal.
    private int _last = -1;
    private bool _isLastLiteral;

    private SlashComments(ReadOnlySpan<byte> text, bool isJavaScript)
    {
        _text = text;
        _isJavaScript = isJavaScript;
        _at = isJavaScript && text.StartsWith("#!"u8) ? EndOfLine(0) : 0;
    }

    /// <summary>How many code points of comments there are.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="isJavaScript">Whether it is JavaScript, else Java.</param>
    public static int Count(ReadOnlySpan<byte> text, bool isJavaScript)
    {
        var comments = new SlashComments(text, isJavaScript);
        var marks = isJavaScript ? JavaScriptMarks : JavaMarks;
        while (text[comments._at..].IndexOfAny(marks) is >= 0 and var next)
        {
            comments.Remember(text.Slice(comments._at, next));
            comments._at += next;
            comments.Read(text[comments._at]);
        }

        return comments._codePoints;
    }

    /// <summary>Remembers where code ended that has no marks.</summary>
    private void Remember(ReadOnlySpan<byte> code)
    {
        if (code.LastIndexOfAnyExcept(" \t\r\f\n"u8) is >= 0 and var last)
        {
            (_last, _isLastLiteral) = (_at + last, false);
        }
    }

    private void Read(byte mark)
    {
        switch (mark)
        {
            case (byte)'/':
                ReadSlash();
                break;
            case (byte)'"' or (byte)'\'':
                ReadString(mark);
                break;
            case (byte)'`':
                ReadTemplate(_at + 1);
                break;
            case (byte)'\n':
                _openExpressions = 0;
                _at++;
                break;
            case (byte)'{':
                Push(1);
                Advance();
                break;
            default:
                var isTemplateEnd = _templates.Count > 0 && _templates.Peek() == 0;
                if (isTemplateEnd)
                {
                    _templates.Pop();
                    ReadTemplate(_at + 1);
                    break;
                }

                Push(-1);
                Advance();
                break;
        }
    }

    private readonly void Push(int braces)
    {
        if (_templates.TryPop(out var open))
        {
            _templates.Push(open + braces);
        }
    }

    private void Advance()
    {
        (_last, _isLastLiteral) = (_at, false);
        _at++;
    }

    private void ReadSlash()
    {
        var rest = _text[_at..];
        if (rest.StartsWith("//"u8))
        {
            AddComment(EndOfLine(_at));
            return;
        }

        if (rest.StartsWith("/*"u8) && !_hasNoMoreBlocks)
        {
            if (rest[2..].IndexOf("*/"u8) is >= 0 and var end)
            {
                AddComment(_at + end + 4);
                return;
            }

            _hasNoMoreBlocks = true;
        }

        if (_isJavaScript && _openExpressions < MostOpenExpressions && CanExpressionBegin())
        {
            var end = EndOfExpression(_at + 1);
            if (end > 0)
            {
                EndLiteral(end);
                return;
            }

            _openExpressions++;
        }

        Advance();
    }

    private void AddComment(int end)
    {
        _codePoints += CodePoints.CountIn(_text[_at..end]);
        _at = end;
    }

    private void EndLiteral(int end)
    {
        (_last, _isLastLiteral) = (end - 1, true);
        _at = end;
    }

    private readonly int EndOfLine(int at) => _text[at..].IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end ? at + end : _text.Length;

    private void ReadString(byte mark)
    {
        if (!_isJavaScript && mark == '"' && _text[_at..].StartsWith("\"\"\""u8) && !_hasNoMoreTextBlocks)
        {
            for (var place = _at + 3; _text[place..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var next;)
            {
                place += next;
                if (_text[place..].StartsWith("\"\"\""u8))
                {
                    EndLiteral(place + 3);
                    return;
                }

                place = Math.Min(place + (_text[place] == '\\' ? 2 : 1), _text.Length);
            }

            _hasNoMoreTextBlocks = true;
        }

        var at = _at + 1;
        while (_text[at..].IndexOfAny(mark, (byte)'\\', (byte)'\n') is >= 0 and var next)
        {
            at += next;
            if (_text[at] != '\\')
            {
                EndLiteral(_text[at] == mark ? at + 1 : at);
                return;
            }

            // In JavaScript a string goes on after a backslash at the end of a line.
            at = Math.Min(at + (_text[(at + 1)..].StartsWith("\r\n"u8) ? 3 : 2), _text.Length);
        }

        EndLiteral(_text.Length);
    }

    private void ReadTemplate(int at)
    {
        while (_text[at..].IndexOfAny((byte)'`', (byte)'\\', (byte)'$') is >= 0 and var next)
        {
            at += next;
            if (_text[at] == '`')
            {
                EndLiteral(at + 1);
                return;
            }

            if (_text[at..].StartsWith("${"u8))
            {
                _templates.Push(0);
                (_last, _isLastLiteral) = (at + 1, false);
                _at = at + 2;
                return;
            }

            at = Math.Min(at + (_text[at] == '\\' ? 2 : 1), _text.Length);
        }

        EndLiteral(_text.Length);
    }

    /// <summary>Whether a slash here is no division: it comes first, after an operator, or after a word that is one.</summary>
    private readonly bool CanExpressionBegin()
    {
        if (_last < 0)
        {
            return true;
        }

        if (_isLastLiteral || _text[_last] is (byte)')' or (byte)']' or (byte)'}' or >= 0x80)
        {
            return false;
        }

        if (!NameBytes.Contains(_text[_last]))
        {
            return true;
        }

        var window = _text[Math.Max(0, _last - LongestKeyword)..(_last + 1)];
        var word = window[(window.LastIndexOfAnyExcept(NameBytes) + 1)..];
        foreach (var keyword in OperatorWords)
        {
            if (System.Text.Ascii.Equals(word, keyword))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The end of a regular expression without its flags; 0 where it does not end on its line. A slash in brackets does not end it.</summary>
    private readonly int EndOfExpression(int at)
    {
        var isInBrackets = false;
        while (_text[at..].IndexOfAny("/[]\\\n"u8) is >= 0 and var next)
        {
            at += next;
            switch (_text[at])
            {
                case (byte)'\n':
                    return 0;
                case (byte)'/' when !isInBrackets:
                    return at + 1;
                case (byte)'[':
                    isInBrackets = true;
                    break;
                case (byte)']':
                    isInBrackets = false;
                    break;
                case (byte)'\\':
                    at = Math.Min(at + 1, _text.Length - 1);
                    break;
            }

            at++;
        }

        return 0;
    }
}
