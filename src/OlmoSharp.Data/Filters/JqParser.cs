using System.Text.RegularExpressions;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Filters;

/// <summary>Parses the part of jq that filters need.</summary>
internal sealed class JqParser
{
    private static readonly string[] Special = ["all", "any", "empty", "first", "has", "last", "map", "select", "test"];
    private static readonly string[] Keywords = ["and", "or", "then", "elif", "else", "end", "as", "reduce", "foreach", "def", "try", "catch", "label", "import", "include", "__loc__"];

    private readonly FilterText _text;

    private JqParser(string text) => _text = new FilterText(text);

    /// <summary>Parses a program.</summary>
    /// <param name="text">The program.</param>
    /// <param name="names">Notes what it reads.</param>
    /// <exception cref="FormatException">It is not a program that can be run here.</exception>
    public static JqNode Parse(string text, FilterNames names)
    {
        var parser = new JqParser(text);
        var program = parser.Pipe();
        if (!parser._text.IsAtEnd)
        {
            throw parser._text.Error("expected an operator or the end");
        }

        program.Locate(JsonPlace.Document, names);
        return program;
    }

    private JqNode Pipe()
    {
        var first = Comma();
        return TakeOperator("|", "|=") ? new JqNode.Pipe(first, Pipe()) : first;
    }

    private JqNode Comma()
    {
        var node = Alternative();
        while (_text.Take(","))
        {
            node = new JqNode.Comma(node, Alternative());
        }

        return node;
    }

    private JqNode Alternative()
    {
        var first = Or();
        return TakeOperator("//", "//=") ? new JqNode.Alternative(first, Alternative()) : first;
    }

    private JqNode Or()
    {
        var node = And();
        while (_text.TakeWord("or"))
        {
            node = new JqNode.Logic(node, And(), decides: true);
        }

        return node;
    }

    private JqNode And()
    {
        var node = Comparison();
        while (_text.TakeWord("and"))
        {
            node = new JqNode.Logic(node, Comparison(), decides: false);
        }

        return node;
    }

    private JqNode Comparison()
    {
        var node = Sum();
        foreach (var sign in (string[])["==", "!=", "<=", ">=", "<", ">"])
        {
            if (_text.Take(sign))
            {
                return new JqNode.Binary(node, Sum(), JqOperators.Comparison(sign)!);
            }
        }

        return node;
    }

    private JqNode Sum()
    {
        var node = Product();
        while (true)
        {
            if (TakeOperator("+", "+="))
            {
                node = new JqNode.Binary(node, Product(), JqOperators.Add);
            }
            else if (TakeOperator("-", "-="))
            {
                node = new JqNode.Binary(node, Product(), JqOperators.Subtract);
            }
            else
            {
                return node;
            }
        }
    }

    private JqNode Product()
    {
        var node = Postfix();
        while (true)
        {
            if (TakeOperator("*", "*="))
            {
                node = new JqNode.Binary(node, Postfix(), JqOperators.Multiply);
            }
            else if (!Follows("//") && TakeOperator("/", "/="))
            {
                node = new JqNode.Binary(node, Postfix(), JqOperators.Divide);
            }
            else if (TakeOperator("%", "%="))
            {
                node = new JqNode.Binary(node, Postfix(), JqOperators.Remainder);
            }
            else
            {
                return node;
            }
        }
    }

    private JqNode Postfix()
    {
        var node = Term();
        while (true)
        {
            if (_text.Take("?"))
            {
                node = new JqNode.Try(node);
            }
            else if (_text.Space().Next == '[')
            {
                node = Bracket(node);
            }
            else if (_text.Next == '.')
            {
                _text.Position++;
                node = _text.Next == '[' ? Bracket(node) : Member(node) ?? throw _text.Error("expected a name");
            }
            else
            {
                return node;
            }
        }
    }

    private JqNode Term()
    {
        if (_text.Take("."))
        {
            if (_text.Next == '.')
            {
                throw _text.Error(".. is not known here");
            }

            return Member(new JqNode.Identity()) ?? new JqNode.Identity();
        }

        if (_text.TakeNumber(out var number))
        {
            return new JqNode.Literal(JsonValue.Of(number));
        }

        if (TakeString(out var content))
        {
            return new JqNode.Literal(JsonValue.Of(content));
        }

        if (_text.Take("-"))
        {
            return new JqNode.Binary(new JqNode.Literal(JsonValue.Of(0.0)), Postfix(), JqOperators.Subtract);
        }

        if (_text.Take("("))
        {
            var inner = Pipe();
            _text.Expect(")");
            return inner;
        }

        if (_text.Take("["))
        {
            if (_text.Take("]"))
            {
                return new JqNode.MakeArray(null);
            }

            var elements = Pipe();
            _text.Expect("]");
            return new JqNode.MakeArray(elements);
        }

        if (_text.Take("{"))
        {
            return Object();
        }

        return _text.TakeWord("if") ? If() : Call();
    }

    private JqNode If()
    {
        var condition = Pipe();
        ExpectWord("then");
        var then = Pipe();
        if (_text.TakeWord("elif"))
        {
            return new JqNode.If(condition, then, If());
        }

        var otherwise = _text.TakeWord("else") ? Pipe() : new JqNode.Identity();
        ExpectWord("end");
        return new JqNode.If(condition, then, otherwise);
    }

    private JqNode Object()
    {
        var members = new List<(JqNode, JqNode)>();
        while (!_text.Take("}"))
        {
            if (members.Count > 0)
            {
                _text.Expect(",");
            }

            members.Add(ObjectMember());
        }

        return new JqNode.MakeObject(members);
    }

    private (JqNode Name, JqNode Value) ObjectMember()
    {
        JqNode name;
        JqNode? same = null;
        if (_text.Take("("))
        {
            name = Pipe();
            _text.Expect(")");
        }
        else
        {
            var text = TakeString(out var quoted) ? quoted : _text.Name(FilterText.IsWordCharacter);
            if (text.Length == 0)
            {
                throw _text.Error("expected the name of a member");
            }

            name = new JqNode.Literal(JsonValue.Of(text));
            same = new JqNode.Member(new JqNode.Identity(), text);
        }

        return _text.Take(":") ? (name, Alternative()) : (name, same ?? throw _text.Error("expected :"));
    }

    private JqNode? Member(JqNode target)
    {
        if (_text.Next == '"')
        {
            TakeString(out var quoted);
            return new JqNode.Member(target, quoted);
        }

        var name = char.IsAsciiDigit(_text.Next) ? "" : _text.Name(FilterText.IsWordCharacter);
        return name.Length > 0 ? new JqNode.Member(target, name) : null;
    }

    private JqNode Bracket(JqNode target)
    {
        _text.Expect("[");
        if (_text.Take("]"))
        {
            return new JqNode.Children(target);
        }

        var from = _text.Space().Next == ':' ? null : Pipe();
        JqNode node;
        if (_text.Take(":"))
        {
            node = new JqNode.Slice(target, from, _text.Space().Next == ']' ? null : Pipe());
        }
        else
        {
            node = from is JqNode.Literal { Value: { Kind: JsonKind.String } name } ? new JqNode.Member(target, name.ToString()) : new JqNode.Element(target, from!);
        }

        _text.Expect("]");
        return node;
    }

    private JqNode Call()
    {
        var start = _text.Space().Position;
        var name = _text.Name(FilterText.IsWordCharacter);
        if (name.Length == 0)
        {
            throw _text.Error(_text.Next switch
            {
                '$' => "variables are not known here",
                '@' => "formats such as @base64 are not known here",
                _ => "expected a value such as .name, a number, a text, a function or (",
            });
        }

        switch (name)
        {
            case "true" or "false":
                return new JqNode.Literal(JsonValue.Of(name == "true"));
            case "null":
                return new JqNode.Literal(default);
            case "empty":
                return new JqNode.Empty();
        }

        var end = _text.Position;
        var arguments = Arguments();
        var node = arguments.Count switch
        {
            0 when JqFunctions.OfInput.TryGetValue(name, out var function) => new JqNode.Function(function),
            0 when name is "any" or "all" => new JqNode.AnyOf(new JqNode.Identity(), name == "any"),
            1 when JqFunctions.OfArgument.TryGetValue(name, out var function) => new JqNode.FunctionOf(arguments[0], function),
            1 when name is "any" or "all" => new JqNode.AnyOf(arguments[0], name == "any"),
            1 when name == "select" => new JqNode.Select(arguments[0]),
            1 when name == "map" => new JqNode.MakeArray(new JqNode.Pipe(new JqNode.Children(new JqNode.Identity()), arguments[0])),
            1 when name == "has" => new JqNode.Has(arguments[0]),
            1 when name is "first" or "last" => new JqNode.OneOf(arguments[0], name == "first"),
            1 or 2 when name == "test" => new JqNode.Test(Expression(arguments, end)),
            _ => (JqNode?)null,
        };
        if (node is not null)
        {
            return node;
        }

        _text.Position = start;
        string[] known = [.. JqFunctions.OfInput.Keys.Concat(JqFunctions.OfArgument.Keys).Concat(Special).Distinct().Order(StringComparer.Ordinal)];
        throw _text.Error(
            known.Contains(name) ? $"{name} does not take {arguments.Count} arguments here"
            : Keywords.Contains(name) ? $"'{name}' cannot stand here, or is not known here"
            : $"there is no function {name} here; {(NearestName.Find(name, known) is { } nearest ? $"did you mean {nearest}?" : $"there are {string.Join(", ", known)}")}");
    }

    private List<JqNode> Arguments()
    {
        var arguments = new List<JqNode>();
        if (_text.Take("("))
        {
            do
            {
                arguments.Add(Pipe());
            }
            while (_text.Take(";"));
            _text.Expect(")");
        }

        return arguments;
    }

    private Regex Expression(List<JqNode> arguments, int position)
    {
        var end = _text.Position;
        _text.Position = position;
        if (!arguments.TrueForAll(argument => argument is JqNode.Literal { Value.Kind: JsonKind.String }))
        {
            throw _text.Error("test takes a text that is written here, and letters for options as a second");
        }

        var options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;
        foreach (var letter in arguments.Count == 2 ? ((JqNode.Literal)arguments[1]).Value.ToString() : "")
        {
            options |= letter switch
            {
                'i' => RegexOptions.IgnoreCase,
                'x' => RegexOptions.IgnorePatternWhitespace,
                's' => RegexOptions.Singleline,
                'g' => RegexOptions.None,
                _ => throw _text.Error($"there is no option {letter} here; there are i, s, x and g"),
            };
        }

        try
        {
            var expression = new Regex(((JqNode.Literal)arguments[0]).Value.ToString(), options);
            _text.Position = end;
            return expression;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw _text.Error($"this expression cannot be used: {error.Message}");
        }
    }

    private bool TakeString(out string content)
    {
        content = "";
        var start = _text.Space().Position;
        if (_text.Next == '"' && _text.TakeVerbatim(out var written) && written.Contains("\\(", StringComparison.Ordinal))
        {
            _text.Position = start;
            throw _text.Error("values inside a text, \\(…), are not known here; join texts with +");
        }

        _text.Position = start;
        return _text.TakeString('"', out content);
    }

    private bool Follows(string sign)
    {
        var start = _text.Space().Position;
        var follows = _text.Take(sign);
        _text.Position = start;
        return follows;
    }

    private bool TakeOperator(string sign, string assignment) =>
        Follows(assignment) ? throw _text.Error("a filter cannot change what it reads; assignments are not known here") : _text.Take(sign);

    private void ExpectWord(string word)
    {
        if (!_text.TakeWord(word))
        {
            throw _text.Error($"expected {word}");
        }
    }
}
