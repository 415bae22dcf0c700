using System.Buffers;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// Counts the words for people in Python code: comments without their <c>#</c>, and docstrings of modules, classes and functions, which are string literals that are the first statement there.
/// </summary>
/// <remarks>
/// Counts as StarCoder's extraction does, which Dolma uses: docstrings as <c>inspect.cleandoc</c> leaves them, one line after the other, then the comments without anything between, and no white
/// space at either end. It needs no code that parses: Dolma's counts no docstring where there is a syntax error, and no comment where a bracket or a string is left open.
/// </remarks>
internal ref struct PythonComments
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        [.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8, .. Enumerable.Range(0x80, 0x80).Select(value => (byte)value)]);

    private static readonly SearchValues<byte> NoDocstringPrefixes = SearchValues.Create("bBfFtT"u8);
    private static readonly SearchValues<byte> Prefixes = SearchValues.Create("rRbBuUfFtT"u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _depth;
    private bool _isStatementStart = true;
    private bool _isHeader;

    // A docstring may come next; and how long it is where one came, but may turn out to be a part of something else.
    private bool _isDocstringNext = true;
    private int _docstring = -1;

    private int _docstrings;
    private int _docstringLength;
    private int _comments;
    private int _commentsToLastInk;
    private int _spaceBeforeInk;

    private PythonComments(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>How many code points of comments and docstrings there are.</summary>
    /// <param name="text">Valid UTF-8.</param>
    public static int Count(ReadOnlySpan<byte> text)
    {
        var comments = new PythonComments(text);
        while (comments._at < text.Length)
        {
            comments.Read();
        }

        comments.EndStatement();
        return comments.Total();
    }

    private readonly int Total()
    {
        var docstrings = _docstringLength + Math.Max(0, _docstrings - 1);
        return _commentsToLastInk == 0 ? docstrings
            : docstrings > 0 ? docstrings + 1 + _commentsToLastInk
            : _commentsToLastInk - _spaceBeforeInk;
    }

    private void Read()
    {
        var value = _text[_at];
        switch (value)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\f':
                _at++;
                break;
            case (byte)'\n' or (byte)'\r':
                _at++;
                if (_depth == 0)
                {
                    EndStatement();
                }

                break;
            case (byte)'\\' when _at + 1 < _text.Length && _text[_at + 1] is (byte)'\n' or (byte)'\r':
                _at += _text[(_at + 1)..].StartsWith("\r\n"u8) ? 3 : 2;
                break;
            case (byte)'#':
                ReadComment();
                break;
            case (byte)'"' or (byte)'\'':
                ReadString(_at, canBeDocstring: true);
                break;
            case (byte)';' when _depth == 0:
                _at++;
                EndStatement();
                break;
            case (byte)':' when _depth == 0 && _isHeader:
                _at++;
                (_isHeader, _isDocstringNext, _isStatementStart) = (false, true, true);
                break;
            default:
                ReadOther(value);
                break;
        }
    }

    private void ReadOther(byte value)
    {
        if (!NameBytes.Contains(value))
        {
            _at++;
            _depth += value is (byte)'(' or (byte)'[' or (byte)'{' ? 1 : value is (byte)')' or (byte)']' or (byte)'}' && _depth > 0 ? -1 : 0;
            GoOn();
            return;
        }

        var length = _text[_at..].IndexOfAnyExcept(NameBytes) is >= 0 and var end ? end : _text.Length - _at;
        var name = _text.Slice(_at, length);
        if (_at + length < _text.Length && _text[_at + length] is (byte)'"' or (byte)'\'' && IsPrefix(name))
        {
            ReadString(_at + length, canBeDocstring: !name.ContainsAny(NoDocstringPrefixes));
            return;
        }

        _at += length;
        if (_isStatementStart && name.SequenceEqual("async"u8))
        {
            return;
        }

        var isHeader = _isStatementStart && (name.SequenceEqual("def"u8) || name.SequenceEqual("class"u8));
        GoOn();
        _isHeader |= isHeader;
    }

    /// <summary>Something that is neither string nor comment: whatever string came before it is no docstring.</summary>
    private void GoOn() => (_isStatementStart, _isDocstringNext, _docstring) = (false, false, -1);

    private void EndStatement()
    {
        if (_docstring > 0)
        {
            _docstrings++;
            _docstringLength += _docstring;
        }

        // An empty line ends nothing: what may be a docstring is still to come.
        if (!_isStatementStart || _docstring >= 0)
        {
            (_isDocstringNext, _isHeader) = (false, false);
        }

        (_isStatementStart, _docstring) = (true, -1);
    }

    private void ReadComment()
    {
        var comment = _text[_at..];
        comment = comment[..(comment.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end ? end : comment.Length)];
        _at += comment.Length;
        var count = CodePoints.CountIn(comment) - comment.Count((byte)'#');
        var ink = WhiteSpace.Trim(comment.Trim("# \t"u8));
        if (ink.Length > 0)
        {
            var before = comment[..comment.IndexOf(ink)];
            var after = comment[(before.Length + ink.Length)..];
            _spaceBeforeInk = _commentsToLastInk == 0 ? _comments + CodePoints.CountIn(before) - before.Count((byte)'#') : _spaceBeforeInk;
            _commentsToLastInk = _comments + count - (CodePoints.CountIn(after) - after.Count((byte)'#'));
        }

        _comments += count;
    }

    private void ReadString(int quote, bool canBeDocstring)
    {
        var mark = _text[quote];
        var isTriple = _text.Length - quote >= 3 && _text[quote + 1] == mark && _text[quote + 2] == mark;
        var start = quote + (isTriple ? 3 : 1);
        var (end, next) = isTriple ? EndOfTriple(start, mark) : EndOfSingle(start, mark);
        _at = next;
        if (_isDocstringNext && canBeDocstring && _depth == 0)
        {
            // Literals beside each other are one.
            _docstring = Math.Max(0, _docstring) + CleanLength(_text[start..end]);
            _isStatementStart = false;
        }
        else
        {
            GoOn();
        }
    }

    private readonly (int End, int Next) EndOfTriple(int at, byte mark)
    {
        while (_text[at..].IndexOfAny(mark, (byte)'\\') is >= 0 and var next)
        {
            at += next;
            if (_text[at] == '\\')
            {
                at = Math.Min(at + 2, _text.Length);
            }
            else if (_text.Length - at >= 3 && _text[at + 1] == mark && _text[at + 2] == mark)
            {
                return (at, at + 3);
            }
            else
            {
                at++;
            }
        }

        return (_text.Length, _text.Length);
    }

    private readonly (int End, int Next) EndOfSingle(int at, byte mark)
    {
        while (_text[at..].IndexOfAny(mark, (byte)'\\', (byte)'\n') is >= 0 and var next)
        {
            at += next;
            if (_text[at] == mark)
            {
                return (at, at + 1);
            }

            if (_text[at] == '\n')
            {
                return (at, at);
            }

            at = Math.Min(at + (_text[(at + 1)..].StartsWith("\r\n"u8) ? 3 : 2), _text.Length);
        }

        return (_text.Length, _text.Length);
    }

    private static bool IsPrefix(ReadOnlySpan<byte> name) => name.Length <= 2 && !name.ContainsAnyExcept(Prefixes);

    /// <summary>Code points of a docstring without the indentation that its lines share and without empty lines at its ends; escapes and tabs count as they are written.</summary>
    private static int CleanLength(ReadOnlySpan<byte> docstring)
    {
        var margin = int.MaxValue;
        var isFirst = true;
        foreach (var range in docstring.Split((byte)'\n'))
        {
            var line = docstring[range];
            var indent = Indent(line);
            margin = isFirst || indent == CodePoints.CountIn(line) ? margin : Math.Min(margin, indent);
            isFirst = false;
        }

        // Lines that are empty count only when another comes after them.
        var (length, emptyLines) = (0, 0);
        isFirst = true;
        foreach (var range in docstring.Split((byte)'\n'))
        {
            var line = docstring[range].TrimEnd((byte)'\r');
            var codePoints = CodePoints.CountIn(line);
            var rest = Math.Max(0, codePoints - (isFirst ? Indent(line) : margin == int.MaxValue ? 0 : margin));
            isFirst = false;
            if (rest == 0)
            {
                emptyLines++;
                continue;
            }

            length += rest + (length > 0 ? emptyLines + 1 : 0);
            emptyLines = 0;
        }

        return length;
    }

    private static int Indent(ReadOnlySpan<byte> line)
    {
        var count = 0;
        for (; WhiteSpace.Length(line) is > 0 and var length; line = line[length..])
        {
            count++;
        }

        return count;
    }
}
