using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <content>Expressions, in Jinja2's order of operators.</content>
internal sealed partial class Parser
{
    private static readonly Dictionary<string, object?> Constants = new()
    {
        ["true"] = true,
        ["True"] = true,
        ["false"] = false,
        ["False"] = false,
        ["none"] = null,
        ["None"] = null,
    };

    /// <summary>One expression, or several with commas between them, which are a tuple.</summary>
    private Expression Tuple(bool conditional = true, string? end = null)
    {
        var line = Current.Line;
        List<Expression> items = [];
        var isTuple = false;
        while (!EndsTuple(end))
        {
            items.Add(conditional ? Expression() : Or());
            if (!Skip(","))
            {
                break;
            }

            isTuple = true;
        }

        return items.Count == 0 ? throw Fault($"an expression was expected, not {Current}")
            : isTuple ? new Expression.Listing(line, items, IsTuple: true)
            : items[0];
    }

    private bool EndsTuple(string? end) =>
        Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || Current.Is(")") || (end is not null && Current.IsName(end));

    private Expression Expression() => Nested(() =>
    {
        var line = Current.Line;
        var value = Or();
        while (SkipName("if"))
        {
            var test = Or();
            var otherwise = SkipName("else") ? Expression() : null;
            value = new Expression.Conditional(line, test, value, otherwise);
        }

        return value;
    });

    private Expression Or() => Logical("or", And);

    private Expression And() => Logical("and", Not);

    private Expression Logical(string operation, Func<Expression> operand)
    {
        var line = Current.Line;
        var left = operand();
        while (SkipName(operation))
        {
            left = new Expression.Binary(line, operation, left, operand());
        }

        return left;
    }

    private Expression Not()
    {
        var line = Current.Line;
        return SkipName("not") ? new Expression.Unary(line, "not", Nested(Not)) : Comparison();
    }

    private Expression Comparison()
    {
        var line = Current.Line;
        var first = Sum();
        List<(string, Expression)> rest = [];
        while (ComparisonOperator() is { } operation)
        {
            rest.Add((operation, Sum()));
        }

        return rest.Count == 0 ? first : new Expression.Comparison(line, first, rest);
    }

    private string? ComparisonOperator()
    {
        if (Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
        {
            return Next().Text;
        }

        if (SkipName("in"))
        {
            return "in";
        }

        if (Current.IsName("not") && _tokens[_place + 1].IsName("in"))
        {
            _place += 2;
            return "not in";
        }

        return null;
    }

    private Expression Sum() => Operation(Concatenation, "+", "-");

    private Expression Concatenation()
    {
        var line = Current.Line;
        List<Expression> items = [Product()];
        while (Skip("~"))
        {
            items.Add(Product());
        }

        return items.Count == 1 ? items[0] : new Expression.Concatenation(line, items);
    }

    private Expression Product() => Operation(Power, "*", "/", "//", "%");

    private Expression Power() => Operation(() => Unary(), "**");

    private Expression Operation(Func<Expression> operand, params ReadOnlySpan<string> operators)
    {
        var line = Current.Line;
        var left = operand();
        while (Current.Kind == TokenKind.Operator && operators.Contains(Current.Text))
        {
            var operation = Next().Text;
            left = new Expression.Binary(line, operation, left, operand());
        }

        return left;
    }

    private Expression Unary(bool filtered = true)
    {
        var line = Current.Line;
        var value = Current is { Kind: TokenKind.Operator, Text: "-" or "+" } sign
            ? new Expression.Unary(line, Next().Text, Nested(() => Unary(filtered: false)))
            : Primary();
        value = Postfix(value);
        return filtered ? Filtered(value) : value;
    }

    private Expression Primary()
    {
        var token = Next();
        switch (token.Kind)
        {
            case TokenKind.Name when Constants.TryGetValue(token.Text, out var constant):
                return new Expression.Constant(token.Line, constant);
            case TokenKind.Name:
                if (_macros.TryPeek(out var read))
                {
                    read.Add(token.Text);
                }

                return new Expression.Variable(token.Line, token.Text);
            case TokenKind.Text:
                List<string> texts = [token.Text];
                while (Current.Kind == TokenKind.Text)
                {
                    texts.Add(Next().Text);
                }

                return new Expression.Constant(token.Line, new MarkedText(string.Concat(texts), isForeign: false));
            case TokenKind.Whole:
                return new Expression.Constant(token.Line, WholeNumber(token.Text.Replace("_", "", StringComparison.Ordinal)));
            case TokenKind.Real:
                return new Expression.Constant(token.Line, double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized(token.Line);
            case TokenKind.Operator when token.Text == "[":
                return new Expression.Listing(token.Line, Until("]", Expression), IsTuple: false);
            case TokenKind.Operator when token.Text == "{":
                return new Expression.Mapping(token.Line, Until("}", () =>
                {
                    var key = Expression();
                    Expect(":");
                    return (key, Expression());
                }));
            default:
                _place -= token.Kind == TokenKind.End ? 0 : 1;
                throw Unexpected();
        }
    }

    private Expression Parenthesized(int line)
    {
        if (Skip(")"))
        {
            return new Expression.Listing(line, [], IsTuple: true);
        }

        var inner = Tuple();
        Expect(")");
        return inner;
    }

    private List<T> Until<T>(string end, Func<T> read)
    {
        List<T> items = [];
        while (!Skip(end))
        {
            if (items.Count > 0)
            {
                Expect(",");
                if (Skip(end))
                {
                    break;
                }
            }

            items.Add(read());
        }

        return items;
    }

    private BigInteger WholeNumber(string text) => text is ['0', var kind, .. var digits] && char.IsAsciiLetter(kind)
        ? digits.Aggregate(BigInteger.Zero, (value, digit) => value * (kind is 'x' or 'X' ? 16 : kind is 'o' or 'O' ? 8 : 2) + Convert.ToInt32(digit.ToString(), 16))
        : text.Length <= 1000 ? BigInteger.Parse(text, CultureInfo.InvariantCulture)
        : throw Fault("a number has more than 1000 digits");

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            var line = Current.Line;
            if (Skip("."))
            {
                value = Current.Kind == TokenKind.Whole
                    ? new Expression.Item(line, value, Primary())
                    : new Expression.Attribute(line, value, ExpectName());
            }
            else if (Skip("["))
            {
                value = Subscript(line, value);
            }
            else if (Current.Is("("))
            {
                value = new Expression.Call(line, value, CallArguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(int line, Expression owner)
    {
        var parts = Until("]", () => Subscribed(line, owner));
        return parts switch
        {
            [] => throw Fault("an index was expected"),
            [var only] => only,
            _ when parts.All(part => part is Expression.Item) => new Expression.Item(
                line, owner, new Expression.Listing(line, [.. parts.Select(part => ((Expression.Item)part).Index)], IsTuple: true)),
            _ => throw Fault("slices of several dimensions are not supported"),
        };
    }

    private Expression Subscribed(int line, Expression owner)
    {
        var start = Current.Is(":") ? null : Expression();
        if (!Skip(":"))
        {
            return new Expression.Item(line, owner, start!);
        }

        var end = Part();
        return new Expression.Slice(line, owner, start, end, Skip(":") ? Part() : null);

        Expression? Part() => Current.Is(":") || Current.Is("]") || Current.Is(",") ? null : Expression();
    }

    private Expression Filtered(Expression value)
    {
        while (true)
        {
            if (Current.Is("|"))
            {
                value = Filters(value)!;
            }
            else if (Current.IsName("is"))
            {
                value = Test(value);
            }
            else if (Current.Is("("))
            {
                value = new Expression.Call(Current.Line, value, CallArguments());
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>Filters one after another; the first of a <c>filter</c> block has no sign before it.</summary>
    private Expression.Filter? Filters(Expression? value)
    {
        Expression.Filter? filter = null;
        var isFirst = value is null && !Current.Is("|");
        while (isFirst || Skip("|"))
        {
            isFirst = false;
            var line = Current.Line;
            var name = DottedName();
            filter = new(line, filter ?? value, name, Current.Is("(") ? CallArguments() : Arguments.None);
        }

        return filter;
    }

    private Expression Test(Expression value)
    {
        _place++;
        var line = Current.Line;
        var isNegated = SkipName("not");
        var name = DottedName();
        var arguments = Arguments.None;
        if (Current.Is("("))
        {
            arguments = CallArguments();
        }
        else if ((Current.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Whole or TokenKind.Real || Current.Is("[") || Current.Is("{"))
            && !(Current.IsName("else") || Current.IsName("or") || Current.IsName("and")))
        {
            if (Current.IsName("is"))
            {
                throw Fault("tests cannot follow each other; put 'and' between them");
            }

            arguments = new([Postfix(Primary())], []);
        }

        var test = new Expression.Test(line, value, name, arguments);
        return isNegated ? new Expression.Unary(line, "not", test) : test;
    }

    private string DottedName()
    {
        List<string> names = [ExpectName()];
        while (Skip("."))
        {
            names.Add(ExpectName());
        }

        return string.Join('.', names);
    }

    private Arguments CallArguments()
    {
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        Expression? more = null, moreNamed = null;
        Expect("(");
        Until(")", () =>
        {
            if (Skip("**"))
            {
                moreNamed = moreNamed is null ? Expression() : throw Fault("'**' is there twice");
            }
            else if (Skip("*"))
            {
                more = more is null ? Expression() : throw Fault("'*' is there twice");
            }
            else if (Current.Kind == TokenKind.Name && _tokens[_place + 1].Is("="))
            {
                var name = Next().Text;
                _place++;
                named.Add((name, Expression()));
            }
            else if (named.Count > 0 || moreNamed is not null)
            {
                throw Fault("an argument without a name stands after one with a name");
            }
            else
            {
                positional.Add(Expression());
            }

            return true;
        });
        return new(positional, named, more, moreNamed);
    }
}
