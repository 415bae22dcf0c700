using System.Text.RegularExpressions;

namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>
/// Cuts a template into tokens, as Jinja2 does with the settings of transformers: a line break after a block tag goes (<c>trim_blocks</c>), so do spaces before one at the start of a
/// line (<c>lstrip_blocks</c>), a sign at a tag's border takes or keeps white space, and one line break at the end of the template goes.
/// </summary>
internal sealed partial class Lexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly Stack<char> _brackets = [];
    private int _place;
    private int _line = 1;

    // Whether the text at this place starts a line, because what was before took the line's end.
    private bool _startsLine = true;

    private Lexer(string source) => _source = source;

    /// <summary>Cuts a template.</summary>
    /// <exception cref="TemplateSyntaxFault">A tag, comment or text in quotes has no end, or a character is none of Jinja's.</exception>
    public static IReadOnlyList<Token> Read(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Lexer lexer = new(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin { get; }

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd { get; }

    [GeneratedRegex(@"(?:\+#\}|-#\}\s*|#\}\n?)")]
    private static partial Regex CommentEnd { get; }

    [GeneratedRegex(@"\G(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex BlockEnd { get; }

    [GeneratedRegex(@"\G(?:-\}\}\s*|\}\})")]
    private static partial Regex VariableEnd { get; }

    [GeneratedRegex(@"\G[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*")]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"\G(?<!\.)(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+\-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Real { get; }

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex Whole { get; }

    private void ReadAll()
    {
        while (_place < _source.Length)
        {
            var tag = FindTag();
            if (tag < 0)
            {
                Data(_source.Length, strip: '+', isVariable: true);
                _place = _source.Length;
                break;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : ' ';
            Data(tag, sign, isVariable: kind == '{');
            if (kind == '%' && RawBegin.Match(_source, tag) is { Success: true } raw)
            {
                ReadRaw(raw);
                continue;
            }

            Take(sign == ' ' ? 2 : 3);
            if (kind == '#')
            {
                ReadComment();
            }
            else
            {
                ReadTag(kind == '%');
            }
        }

        _tokens.Add(new(TokenKind.End, "", _line));
    }

    private int FindTag()
    {
        for (var i = _place; (i = _source.IndexOf('{', i)) >= 0 && i + 1 < _source.Length; i++)
        {
            if (_source[i + 1] is '%' or '{' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Takes the text before a tag, without the white space that the tag takes.</summary>
    private void Data(int end, char strip, bool isVariable)
    {
        var text = _source[_place..end];
        var kept = text;
        if (strip == '-')
        {
            kept = text.TrimEnd();
        }
        else if (strip != '+' && !isVariable)
        {
            var line = text.LastIndexOf('\n') + 1;
            if ((line > 0 || _startsLine) && string.IsNullOrWhiteSpace(text[line..]))
            {
                kept = text[..line];
            }
        }

        if (kept.Length > 0)
        {
            _tokens.Add(new(TokenKind.Data, kept, _line));
        }

        Take(text.Length);
    }

    private void ReadRaw(Match begin)
    {
        var line = _line;
        Take(begin.Length);
        var end = RawEnd.Match(_source, _place);
        if (!end.Success)
        {
            throw new TemplateSyntaxFault(line, "'raw' has no 'endraw'");
        }

        Data(end.Index, end.Groups[1].Value is [var sign] ? sign : ' ', isVariable: false);
        Take(end.Length);
    }

    private void ReadComment()
    {
        var end = CommentEnd.Match(_source, _place);
        if (!end.Success)
        {
            throw new TemplateSyntaxFault(_line, "a comment has no end ('#}')");
        }

        Take(end.Index - _place + end.Length);
    }

    private void ReadTag(bool isBlock)
    {
        var line = _line;
        _tokens.Add(new(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, isBlock ? "{%" : "{{", _line));
        _brackets.Clear();
        while (_place < _source.Length)
        {
            if (_brackets.Count == 0 && (isBlock ? BlockEnd : VariableEnd).Match(_source, _place) is { Success: true } end)
            {
                _tokens.Add(new(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, end.Value.Trim(), _line));
                Take(end.Length);
                return;
            }

            if (char.IsWhiteSpace(_source[_place]))
            {
                Take(1);
            }
            else
            {
                ReadToken();
            }
        }

        throw new TemplateSyntaxFault(line, isBlock ? "a tag has no end ('%}')" : "an expression has no end ('}}')");
    }

    private void ReadToken()
    {
        var first = _source[_place];
        if (first is '\'' or '"')
        {
            ReadText();
            return;
        }

        if (char.IsAsciiDigit(first) ? Matched(Real, TokenKind.Real) || Matched(Whole, TokenKind.Whole) : (char.IsLetter(first) || first == '_') && Matched(Name, TokenKind.Name))
        {
            return;
        }

        var operation = Array.Find(Operators, candidate => string.CompareOrdinal(_source, _place, candidate, 0, candidate.Length) == 0)
            ?? throw new TemplateSyntaxFault(_line, $"unexpected character '{first}'");
        Balance(operation[0]);
        _tokens.Add(new(TokenKind.Operator, operation, _line));
        Take(operation.Length);
    }

    private bool Matched(Regex pattern, TokenKind kind)
    {
        var match = pattern.Match(_source, _place);
        if (match.Success)
        {
            _tokens.Add(new(kind, match.Value, _line));
            Take(match.Length);
        }

        return match.Success;
    }

    private void Balance(char bracket)
    {
        switch (bracket)
        {
            case '(' or '[' or '{':
                _brackets.Push(bracket == '(' ? ')' : bracket == '[' ? ']' : '}');
                break;
            case ')' or ']' or '}' when !_brackets.TryPop(out var expected) || expected != bracket:
                throw new TemplateSyntaxFault(_line, $"unexpected '{bracket}'");
        }
    }

    private void ReadText()
    {
        var end = _place + 1;
        while (end < _source.Length && _source[end] != _source[_place])
        {
            end += _source[end] == '\\' ? 2 : 1;
        }

        if (end >= _source.Length)
        {
            throw new TemplateSyntaxFault(_line, "a text in quotes has no end");
        }

        _tokens.Add(new(TokenKind.Text, TextEscapes.Resolve(_source[(_place + 1)..end], _line), _line));
        Take(end + 1 - _place);
    }

    private void Take(int length)
    {
        if (length > 0)
        {
            var taken = _source.AsSpan(_place, length);
            _line += taken.Count('\n');
            _startsLine = taken[^1] == '\n';
            _place += length;
        }
    }
}
