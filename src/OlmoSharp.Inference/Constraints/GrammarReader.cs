using System.Globalization;
using System.Text;

namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// Reads grammars in the notation that llama.cpp calls GBNF: rules <c>name ::= …</c> of literals, character classes, other rules, groups, alternatives and repetitions; the text is what
/// the rule <c>root</c> describes.
/// </summary>
internal sealed class GrammarReader
{
    private const int MostRepetitions = 10_000;

    private readonly string _text;
    private readonly GrammarBuilder _builder = new();
    private readonly Dictionary<string, (GrammarRule Rule, int Place)> _rules = [];
    private readonly HashSet<string> _defined = [];
    private int _place;

    private GrammarReader(string text) => _text = text;

    /// <summary>Writes what an element describes between two nodes.</summary>
    private delegate void Part(int from, int to);

    /// <summary>Reads a grammar.</summary>
    /// <exception cref="InferenceException">It breaks the notation; the message names line and column.</exception>
    public static ByteGrammar Read(string text)
    {
        var reader = new GrammarReader(text);
        reader.SkipSpace();
        while (reader._place < text.Length)
        {
            reader.ReadRule();
        }

        if (reader._rules.FirstOrDefault(rule => !reader._defined.Contains(rule.Key)) is { Key: { } missing } undefined)
        {
            throw reader.Wrong($"there is no rule '{missing}'", undefined.Value.Place);
        }

        return reader._builder.Build(reader._rules.TryGetValue("root", out var root) ? root.Rule : throw reader.Wrong("there is no rule 'root'", 0));
    }

    private void ReadRule()
    {
        var start = _place;
        var name = Name() ?? throw Wrong("the name of a rule was expected", start);
        SkipSpace();
        if (!TryTake("::="))
        {
            throw Wrong("'::=' was expected", _place);
        }

        if (!_defined.Add(name))
        {
            throw Wrong($"the rule '{name}' is there twice", start);
        }

        var rule = Rule(name, start);
        SkipSpace();
        Alternatives()(rule.Start, rule.End);
        if (_place < _text.Length && !IsRuleStart())
        {
            throw Wrong($"'{_text[_place]}' was not expected", _place);
        }
    }

    private Part Alternatives()
    {
        GrammarBuilder.RequireStack();
        List<Part> alternatives = [Sequence()];
        while (TryTake("|"))
        {
            SkipSpace();
            alternatives.Add(Sequence());
        }

        return (from, to) =>
        {
            GrammarBuilder.RequireStack();
            alternatives.ForEach(part => part(from, to));
        };
    }

    private Part Sequence()
    {
        List<Part> parts = [];
        while (_place < _text.Length && _text[_place] is not ('|' or ')') && !IsRuleStart())
        {
            var part = Element();
            SkipSpace();
            while (Repetition() is var (least, most))
            {
                part = Repeated(part, least, most);
                SkipSpace();
            }

            parts.Add(part);
        }

        return (from, to) =>
        {
            foreach (var part in parts)
            {
                var next = _builder.NewNode();
                part(from, next);
                from = next;
            }

            _builder.Skip(from, to);
        };
    }

    private Part Element()
    {
        var start = _place;
        switch (_text[_place])
        {
            case '"':
                _place++;
                var literal = new StringBuilder();
                while (!TryTake("\""))
                {
                    literal.Append(char.ConvertFromUtf32(Character("a literal", start)));
                }

                var bytes = Encoding.UTF8.GetBytes(literal.ToString());
                return (from, to) => _builder.Literal(from, bytes, to);
            case '[':
                return Class();
            case '.':
                _place++;
                return (from, to) => _builder.Character(from, 0, 0x10FFFF, to);
            case '(':
                _place++;
                SkipSpace();
                var group = Alternatives();
                return TryTake(")") ? group : throw Wrong("the group is not closed", start);
            default:
                var rule = Rule(Name() ?? throw Wrong($"'{_text[_place]}' was not expected", start), start);
                return (from, to) => _builder.Call(from, rule, to);
        }
    }

    private Part Class()
    {
        var start = _place++;
        var isNegated = TryTake("^");
        List<(int Low, int High)> ranges = [];
        while (!TryTake("]"))
        {
            var low = Character("a class", start);
            var high = low;
            if (_place + 1 < _text.Length && _text[_place] == '-' && _text[_place + 1] != ']')
            {
                _place++;
                high = Character("a class", start);
            }

            ranges.Add(low <= high ? (low, high) : throw Wrong("the range of characters is upside down", start));
        }

        if (ranges.Count == 0)
        {
            throw Wrong("the class is empty", start);
        }

        var admitted = isNegated ? Others(ranges) : ranges;
        return (from, to) => admitted.ForEach(range => _builder.Character(from, range.Low, range.High, to));
    }

    private static List<(int Low, int High)> Others(List<(int Low, int High)> ranges)
    {
        List<(int, int)> others = [];
        var next = 0;
        foreach (var (low, high) in ranges.Order())
        {
            if (next < low)
            {
                others.Add((next, low - 1));
            }

            next = Math.Max(next, high + 1);
        }

        if (next <= 0x10FFFF)
        {
            others.Add((next, 0x10FFFF));
        }

        return others;
    }

    private (int Least, int? Most)? Repetition()
    {
        var start = _place;
        if (TryTake("*"))
        {
            return (0, null);
        }

        if (TryTake("+"))
        {
            return (1, null);
        }

        if (TryTake("?"))
        {
            return (0, 1);
        }

        if (!TryTake("{"))
        {
            return null;
        }

        var least = Number() ?? throw Wrong("a number of repetitions was expected", start);
        int? most = TryTake(",") ? Number() : least;
        return TryTake("}") && !(most < least) ? (least, most) : throw Wrong("the repetition is not one of {m}, {m,} and {m,n} with m not above n", start);
    }

    /// <summary>As many copies as are needed, each a call of one rule.</summary>
    private Part Repeated(Part part, int least, int? most) => (from, to) =>
    {
        GrammarBuilder.RequireStack();
        var rule = _builder.NewRule("repetition");
        part(rule.Start, rule.End);
        for (var i = 0; i < (most ?? least); i++)
        {
            if (i >= least)
            {
                _builder.Skip(from, to);
            }

            var next = _builder.NewNode();
            _builder.Call(from, rule, next);
            from = next;
        }

        if (most is null)
        {
            var again = _builder.NewNode();
            _builder.Skip(from, again);
            _builder.Call(again, rule, again);
            from = again;
        }

        _builder.Skip(from, to);
    };

    /// <summary>One character, perhaps escaped.</summary>
    private int Character(string what, int start)
    {
        if (_place >= _text.Length || _text[_place] == '\n')
        {
            throw Wrong($"{what} is not closed", start);
        }

        if (_text[_place] != '\\')
        {
            if (!Rune.TryGetRuneAt(_text, _place, out var rune))
            {
                throw Wrong("half a character (a lone surrogate)", _place);
            }

            _place += rune.Utf16SequenceLength;
            return rune.Value;
        }

        var escape = _place;
        var letter = _place + 1 < _text.Length ? _text[_place + 1] : '\n';
        _place += 2;
        return letter switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '"' or '[' or ']' or '-' or '^' => letter,
            'x' => Hex(2, escape),
            'u' => Hex(4, escape),
            'U' => Hex(8, escape),
            _ => throw Wrong($"unknown escape '\\{letter}'", escape),
        };
    }

    private int Hex(int digits, int escape)
    {
        if (_place + digits > _text.Length
            || !int.TryParse(_text.AsSpan(_place, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value))
        {
            throw Wrong($"the escape needs {digits} hexadecimal digits of a character", escape);
        }

        _place += digits;
        return value;
    }

    private int? Number()
    {
        var start = _place;
        while (_place < _text.Length && char.IsAsciiDigit(_text[_place]))
        {
            _place++;
        }

        return start == _place ? null
            : int.TryParse(_text.AsSpan(start, _place - start), CultureInfo.InvariantCulture, out var number) && number <= MostRepetitions ? number
            : throw Wrong($"more than {MostRepetitions} repetitions", start);
    }

    private string? Name()
    {
        var start = _place;
        while (_place < _text.Length && (char.IsAsciiLetterOrDigit(_text[_place]) || _text[_place] is '-' or '_'))
        {
            _place++;
        }

        return _place == start ? null : _text[start.._place];
    }

    private GrammarRule Rule(string name, int place)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            _rules.Add(name, rule = (_builder.NewRule($"grammar, rule '{name}'"), place));
        }

        return rule.Rule;
    }

    /// <summary>Whether a name and <c>::=</c> follow, so that the rule before is over.</summary>
    private bool IsRuleStart()
    {
        var start = _place;
        var isStart = Name() is not null;
        SkipSpace();
        isStart &= TryTake("::=");
        _place = start;
        return isStart;
    }

    private bool TryTake(string symbol)
    {
        if (string.CompareOrdinal(_text, _place, symbol, 0, symbol.Length) != 0)
        {
            return false;
        }

        _place += symbol.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_place < _text.Length && (char.IsWhiteSpace(_text[_place]) || _text[_place] == '#'))
        {
            if (_text[_place] == '#')
            {
                var end = _text.IndexOf('\n', _place);
                _place = end < 0 ? _text.Length : end;
            }
            else
            {
                _place++;
            }
        }
    }

    private InferenceException Wrong(string reason, int place)
    {
        var line = _text.AsSpan(0, place).Count('\n');
        var column = place - (place == 0 ? -1 : _text.LastIndexOf('\n', place - 1));
        return new($"grammar, line {line + 1}, column {column}: {reason}");
    }
}
