namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// The rules of JSON's values. Whatever they admit, System.Text.Json and other strict parsers read: numbers stay finite, escapes of surrogates come in pairs, white space between
/// tokens is none, one space, or a line's end and up to 20 characters of indentation.
/// </summary>
internal sealed class JsonGrammar
{
    private const int MostIndentation = 20;
    private const int MostDigits = 16;
    private const int MostExponentDigits = 2;

    private readonly GrammarBuilder _builder;
    private readonly Lazy<GrammarRule> _space;
    private readonly Lazy<GrammarRule> _text;
    private readonly Lazy<GrammarRule> _integer;
    private readonly Lazy<GrammarRule> _number;

    /// <summary>Adds rules to a grammar as they are used.</summary>
    public JsonGrammar(GrammarBuilder builder)
    {
        _builder = builder;
        _space = new(MakeSpace);
        _text = new(MakeText);
        _integer = new(MakeInteger);
        _number = new(MakeNumber);
    }

    /// <summary>White space, possibly none.</summary>
    public void Space(int from, int to) => _builder.Call(from, _space.Value, to);

    /// <summary>Any string.</summary>
    public void Text(int from, int to) => _builder.Call(from, _text.Value, to);

    /// <summary>Any whole number of up to 16 digits.</summary>
    public void Integer(int from, int to) => _builder.Call(from, _integer.Value, to);

    /// <summary>Any number of up to 16 digits before the point, 16 after it, and 2 in the exponent.</summary>
    public void Number(int from, int to) => _builder.Call(from, _number.Value, to);

    private GrammarRule MakeSpace()
    {
        var rule = _builder.NewRule("white space");
        _builder.Skip(rule.Start, rule.End);
        Symbol(rule.Start, ' ', rule.End);
        var node = Symbol(rule.Start, '\n');
        for (var i = 0; i <= MostIndentation; i++)
        {
            _builder.Skip(node, rule.End);
            if (i < MostIndentation)
            {
                var next = Symbol(node, ' ');
                Symbol(node, '\t', next);
                node = next;
            }
        }

        return rule;
    }

    private GrammarRule MakeText()
    {
        var rule = _builder.NewRule("string");
        var inside = Symbol(rule.Start, '"');
        Symbol(inside, '"', rule.End);
        _builder.Character(inside, 0x20, 0x21, inside);
        _builder.Character(inside, 0x23, 0x5B, inside);
        _builder.Character(inside, 0x5D, 0x10FFFF, inside);

        var escape = Symbol(inside, '\\');
        foreach (var symbol in "\"\\/bfnrt")
        {
            Symbol(escape, symbol, inside);
        }

        var code = Symbol(escape, 'u');
        Hex(One(code, "09", "AC", "EF", "ac", "ef"), 3, inside);
        var surrogate = One(code, "DD", "dd");
        Hex(One(surrogate, "07"), 2, inside);
        var high = _builder.NewNode();
        Hex(One(surrogate, "89", "AB", "ab"), 2, high);
        Hex(One(One(Symbol(Symbol(high, '\\'), 'u'), "DD", "dd"), "CF", "cf"), 2, inside);
        return rule;
    }

    private GrammarRule MakeInteger()
    {
        var rule = _builder.NewRule("integer");
        Whole(rule.Start, rule.End);
        return rule;
    }

    private GrammarRule MakeNumber()
    {
        var rule = _builder.NewRule("number");
        var (whole, fraction) = (_builder.NewNode(), _builder.NewNode());
        Whole(rule.Start, whole);
        _builder.Skip(whole, fraction);
        Digits(Symbol(whole, '.'), 1, MostDigits, fraction);
        _builder.Skip(fraction, rule.End);
        var exponent = One(fraction, "ee", "EE");
        var digits = One(exponent, "++", "--");
        _builder.Skip(exponent, digits);
        Digits(digits, 1, MostExponentDigits, rule.End);
        return rule;
    }

    private void Whole(int from, int to)
    {
        var digits = Symbol(from, '-');
        _builder.Skip(from, digits);
        Symbol(digits, '0', to);
        Digits(One(digits, "19"), 0, MostDigits - 1, to);
    }

    private void Digits(int from, int least, int most, int to)
    {
        for (var i = 0; i <= most; i++)
        {
            if (i >= least)
            {
                _builder.Skip(from, to);
            }

            if (i < most)
            {
                from = One(from, "09");
            }
        }
    }

    private void Hex(int from, int count, int to)
    {
        for (var i = 0; i < count; i++)
        {
            from = One(from, "09", "AF", "af");
        }

        _builder.Skip(from, to);
    }

    private int Symbol(int from, char symbol)
    {
        var to = _builder.NewNode();
        Symbol(from, symbol, to);
        return to;
    }

    private void Symbol(int from, char symbol, int to) => _builder.Byte(from, (byte)symbol, (byte)symbol, to);

    /// <summary>One character of ranges, each given by its first and last.</summary>
    private int One(int from, params ReadOnlySpan<string> ranges)
    {
        var to = _builder.NewNode();
        foreach (var range in ranges)
        {
            _builder.Byte(from, (byte)range[0], (byte)range[1], to);
        }

        return to;
    }
}
