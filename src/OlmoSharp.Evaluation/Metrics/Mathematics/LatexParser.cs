namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>
/// Reads LaTeX mathematics as answers use it: arithmetic, fractions, roots, powers, functions, factorials, binomials, absolute values, tuples, intervals, sets, unions,
/// matrices, lists, relations and numbers with a base. Letters side by side are a product, as for SymPy's <c>parse_latex</c>; an integer before a proper fraction of integers is a mixed number.
/// </summary>
internal sealed class LatexParser
{
    // Deep nesting is no answer, and must not end the process.
    private const int MaximumDepth = 200;

    // Nor is a text of pages.
    private const int MaximumTokens = 1000;

    private static readonly HashSet<string> Functions =
    [
        @"\sin", @"\cos", @"\tan", @"\cot", @"\sec", @"\csc", @"\arcsin", @"\arccos", @"\arctan", @"\sinh", @"\cosh", @"\tanh", @"\ln", @"\log", @"\lg", @"\exp",
    ];

    private static readonly HashSet<string> Relations = ["=", "<", ">", @"\leq", @"\geq", @"\neq", @"\in", @"\equiv", @"\approx", ":"];

    // What ends a value.
    private static readonly HashSet<string> Ends =
        [")", "]", "}", @"\}", ",", ";", "&", @"\\", "+", "-", "*", "/", "^", "_", "!", "'", @"\pm", @"\mp", @"\cup", @"\cap", @"\end", @"\rfloor", @"\rceil", @"\text", @"\to"];

    private readonly List<string> _tokens;
    private int _next;
    private int _depth;
    private int _bars;

    private LatexParser(List<string> tokens) => _tokens = tokens;

    private string Current => _next < _tokens.Count ? _tokens[_next] : "";

    /// <summary>Parses an answer, or returns null if it is not of these forms.</summary>
    public static MathExpression? Parse(string text)
    {
        if (LatexTokens.Of(text, MaximumTokens) is not { Count: > 0 } tokens)
        {
            return null;
        }

        var parser = new LatexParser(tokens);
        try
        {
            var items = parser.ParseItems();
            return parser._next < tokens.Count ? null : items.Count == 1 ? items[0] : new MathExpression.Structure("list", items);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static FormatException NotOfThisForm() => new();

    private static MathExpression.Operation Apply(string name, params MathExpression[] arguments) => new(name, arguments);

    private static MathExpression.Number Integer(int value) => new(BigRational.Of(value));

    private bool Take(string token)
    {
        if (Current != token)
        {
            return false;
        }

        _next++;
        return true;
    }

    private string Read() => _next < _tokens.Count ? _tokens[_next++] : throw NotOfThisForm();

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw NotOfThisForm();
        }
    }

    private List<MathExpression> ParseItems()
    {
        var items = new List<MathExpression> { ParseRelation() };
        while (Take(",") || Take(";"))
        {
            items.Add(ParseRelation());
        }

        return items;
    }

    private MathExpression ParseRelation()
    {
        var first = ParseUnion();
        if (!Relations.Contains(Current))
        {
            return first;
        }

        var kinds = new List<string>();
        var sides = new List<MathExpression> { first };
        while (Relations.Contains(Current))
        {
            kinds.Add(Read());
            sides.Add(ParseUnion());
        }

        return new MathExpression.Structure(string.Join(' ', kinds), sides);
    }

    private MathExpression ParseUnion()
    {
        var parts = new List<MathExpression> { ParseSum() };
        while (Take(@"\cup"))
        {
            parts.Add(ParseSum());
        }

        return parts.Count == 1 ? parts[0] : new MathExpression.Structure("union", parts);
    }

    private MathExpression ParseSum()
    {
        if (++_depth > MaximumDepth)
        {
            throw NotOfThisForm();
        }

        var sum = Current is @"\pm" or @"\mp" or "+" or "-" ? ParseSign() : ParseProduct();
        while (Current is "+" or "-" or @"\pm" or @"\mp")
        {
            sum = Apply("+", sum, ParseSign());
        }

        _depth--;
        return sum;
    }

    private MathExpression ParseSign()
    {
        var sign = Read();
        if (++_depth > MaximumDepth)
        {
            throw NotOfThisForm();
        }

        var value = Current is "+" or "-" ? ParseSign() : ParseProduct();
        _depth--;

        // The sign of ± is a variable, so that the same choice is made everywhere.
        var choice = new MathExpression.Symbol("±");
        return sign switch
        {
            "+" => value,
            "-" => Apply("neg", value),
            @"\pm" => Apply("*", choice, value),
            _ => Apply("neg", Apply("*", choice, value)),
        };
    }

    private MathExpression ParseProduct()
    {
        var product = ParsePower();
        while (true)
        {
            if (Take("*"))
            {
                product = Apply("*", product, ParseFactor());
            }
            else if (Take("/"))
            {
                product = Apply("/", product, ParseFactor());
            }
            else if (StartsValue())
            {
                product = ParseMixed(product) ?? Apply("*", product, ParsePower());
            }
            else
            {
                return product;
            }
        }
    }

    private MathExpression ParseFactor() => Current is "+" or "-" ? ParseSign() : ParsePower();

    // 3\frac{1}{2} is three and a half.
    private MathExpression? ParseMixed(MathExpression before)
    {
        if (before is not MathExpression.Number { Value.IsInteger: true } whole || Current != @"\frac" || _next == 0 || !char.IsAsciiDigit(_tokens[_next - 1][0]))
        {
            return null;
        }

        var start = _next;
        if (ParsePower() is MathExpression.Operation { Name: "/", Arguments: [MathExpression.Number above, MathExpression.Number below] } &&
            above.Value.IsInteger && below.Value.IsInteger && above.Value.Numerator < below.Value.Numerator &&
            BigRational.Divide(above.Value, below.Value) is { } part && BigRational.Add(whole.Value, part) is { } sum)
        {
            return new MathExpression.Number(sum);
        }

        _next = start;
        return null;
    }

    private bool StartsValue() => Current.Length > 0 && !Ends.Contains(Current) && !Relations.Contains(Current) && !(Current == "|" && _bars > 0);

    private MathExpression ParsePower()
    {
        var value = ParsePostfix();
        if (!Take("^"))
        {
            return value;
        }

        var power = Apply("^", value, ParseArgument(wholeNumber: true));
        return Current == "^" ? throw NotOfThisForm() : ParseFactorials(power);
    }

    private MathExpression ParseFactorials(MathExpression value)
    {
        while (Take("!"))
        {
            value = Apply("!", value);
        }

        return value;
    }

    private MathExpression ParsePostfix()
    {
        var value = ParsePrimary();
        if (Take("_"))
        {
            var start = _next;
            var index = ParseArgument(wholeNumber: true);
            value = value switch
            {
                // A number with an index is written in that base; its digits need not be decimal ones.
                MathExpression.Number => new MathExpression.Structure("base", [value, index]),
                MathExpression.Symbol symbol => new MathExpression.Symbol($"{symbol.Name}_{string.Concat(_tokens[start.._next].Where(token => token is not "{" and not "}"))}"),
                _ => throw NotOfThisForm(),
            };
        }

        while (Take("'"))
        {
            value = value is MathExpression.Symbol symbol ? new MathExpression.Symbol(symbol.Name + "'") : throw NotOfThisForm();
        }

        return ParseFactorials(value);
    }

    // One token, or a group in braces.
    private MathExpression ParseArgument(bool wholeNumber = false)
    {
        if (Current == "{")
        {
            return ParseGroup();
        }

        // \frac12 has two arguments of one digit.
        if (!wholeNumber && Current.Length > 1 && char.IsAsciiDigit(Current[0]))
        {
            _tokens.Insert(_next + 1, Current[1..]);
            _tokens[_next] = Current[..1];
        }

        return Current is "-" or "+" ? ParseSign() : ParsePrimary();
    }

    private MathExpression ParseGroup()
    {
        Expect("{");
        var bars = _bars;
        _bars = 0;
        var items = ParseItems();
        _bars = bars;
        Expect("}");
        return items.Count == 1 ? items[0] : new MathExpression.Structure("list", items);
    }

    private MathExpression ParsePrimary()
    {
        if (++_depth > MaximumDepth)
        {
            throw NotOfThisForm();
        }

        var primary = ParsePrimaryWithin(Read());
        _depth--;
        return primary;
    }

    private MathExpression ParsePrimaryWithin(string token)
    {
        if (char.IsAsciiDigit(token[0]) || token[0] == '.')
        {
            return new MathExpression.Number(BigRational.Parse(token[0] == '.' ? "0" + token : token));
        }

        if (token[0] == '"' || (token.Length == 1 && char.IsLetter(token[0])))
        {
            return new MathExpression.Symbol(token);
        }

        if (Functions.Contains(token))
        {
            return ParseFunction(token[1..]);
        }

        switch (token)
        {
            case "{":
                _next--;
                return ParseGroup();
            case "(" or "[" or @"\{":
                return ParseBrackets(token);
            case "|":
                _bars++;
                var inside = ParseSum();
                _bars--;
                Expect("|");
                return Apply("abs", inside);
            case @"\lfloor":
                return Closed("floor", @"\rfloor");
            case @"\lceil":
                return Closed("ceil", @"\rceil");
            case @"\frac":
                return Apply("/", ParseArgument(), ParseArgument());
            case @"\binom":
                return Apply("binom", ParseArgument(), ParseArgument());
            case @"\sqrt":
                return ParseRoot();
            case @"\begin":
                return ParseMatrix();
            case @"\mathbf" or @"\vec" or @"\mathbb" or @"\mathcal" or @"\boldsymbol" or @"\hat" or @"\bar" or @"\overline" or @"\boxed":
                return ParseArgument();
            default:
                return token[0] == '\\' && token.Length > 2 && !Ends.Contains(token) && !Relations.Contains(token) ? new MathExpression.Symbol(token) : throw NotOfThisForm();
        }
    }

    private MathExpression.Operation Closed(string name, string end)
    {
        var inside = ParseSum();
        Expect(end);
        return Apply(name, inside);
    }

    private MathExpression.Operation ParseRoot()
    {
        MathExpression degree = Integer(2);
        if (Take("["))
        {
            degree = ParseSum();
            Expect("]");
        }

        return Apply("root", ParseArgument(), degree);
    }

    private MathExpression ParseBrackets(string open)
    {
        if (open == @"\{" && Take(@"\}"))
        {
            return new MathExpression.Structure("set", []);
        }

        var bars = _bars;
        _bars = 0;
        var items = ParseItems();
        _bars = bars;
        var close = Read();
        return (open, close, items.Count) switch
        {
            ("(", ")", 1) or ("[", "]", 1) => items[0],
            (@"\{", @"\}", _) => new MathExpression.Structure("set", items),
            ("(" or "[", ")" or "]", > 1) => new MathExpression.Structure(open + close, items),
            _ => throw NotOfThisForm(),
        };
    }

    private MathExpression ParseMatrix()
    {
        var name = ReadName();
        if (!name.Contains("matrix", StringComparison.Ordinal) && !name.Contains("array", StringComparison.Ordinal))
        {
            throw NotOfThisForm();
        }

        if (name == "array" && Current == "{")
        {
            ReadName();
        }

        var rows = new List<MathExpression>();
        do
        {
            // A last row break has no row after it.
            if (Current == @"\end")
            {
                break;
            }

            var cells = new List<MathExpression> { ParseRelation() };
            while (Take("&"))
            {
                cells.Add(ParseRelation());
            }

            rows.Add(new MathExpression.Structure("row", cells));
        }
        while (Take(@"\\"));

        Expect(@"\end");
        return ReadName() == name ? new MathExpression.Structure("matrix", rows) : throw NotOfThisForm();
    }

    private string ReadName()
    {
        Expect("{");
        var name = "";
        while (!Take("}"))
        {
            name += Read();
        }

        return name;
    }

    private MathExpression ParseFunction(string name)
    {
        MathExpression? numberBase = null;
        MathExpression? exponent = null;
        while (Current is "_" or "^")
        {
            if (Read() == "_" && name == "log")
            {
                numberBase = ParseArgument(wholeNumber: true);
            }
            else
            {
                exponent = ParseArgument(wholeNumber: true);
            }
        }

        var argument = ParseFunctionArgument();
        MathExpression value = name switch
        {
            "log" when numberBase is not null => Apply("log", argument, numberBase),
            "lg" => Apply("log", argument, Integer(10)),
            "log" => Apply("ln", argument),
            _ => Apply(name, argument),
        };
        return exponent switch
        {
            null => value,
            // sin^{-1} is the inverse function.
            MathExpression.Operation { Name: "neg", Arguments: [MathExpression.Number { Value: var one }] } when one == BigRational.Of(1) && name is "sin" or "cos" or "tan"
                => Apply("arc" + name, argument),
            _ => Apply("^", value, exponent),
        };
    }

    // \sin 2x, \sin(x) y, \sin\frac{x}{2}.
    private MathExpression ParseFunctionArgument()
    {
        if (Current is "(" or "[" or "{")
        {
            return ParsePower();
        }

        if (Current == "-")
        {
            return ParseSign();
        }

        var argument = ParsePower();
        while (StartsValue() && !Functions.Contains(Current) && Current is not "(" and not "[")
        {
            argument = Apply("*", argument, ParsePower());
        }

        return argument;
    }
}
