using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Filters;

/// <summary>Parses JSONPaths.</summary>
internal sealed class JsonPathParser
{
    private readonly FilterText _text;
    private readonly FilterNames _names;

    private JsonPathParser(string text, FilterNames names) => (_text, _names) = (new FilterText(text), names);

    /// <summary>Parses a path.</summary>
    /// <param name="text">The path.</param>
    /// <param name="names">Notes what it reads.</param>
    /// <exception cref="FormatException">It is not a path that can be evaluated here.</exception>
    public static JsonPath Parse(string text, FilterNames names)
    {
        var parser = new JsonPathParser(text, names);
        parser._text.Space();
        if (parser._text.Next != '$')
        {
            throw parser._text.Error("a JSONPath begins with $");
        }

        var path = parser.Path(JsonPlace.Document);
        return parser._text.IsAtEnd ? path : throw parser._text.Error("expected a step such as .name, [0], [*], [?(…)], or the end");
    }

    private JsonPath Path(JsonPlace current)
    {
        var fromRoot = _text.Take("$");
        var place = fromRoot ? JsonPlace.Document : current;

        // Dolma's configs also write $@.attributes, where @ is what $ is.
        if (!_text.Take("@") && !fromRoot)
        {
            throw _text.Error("expected a path, beginning with $ or @");
        }

        var steps = new List<JsonPathStep>();
        var counts = false;
        while (Step(ref place, ref counts) is { } step)
        {
            steps.Add(step);
            if (step is JsonPathStep.Length)
            {
                break;
            }
        }

        return new JsonPath(fromRoot, steps);
    }

    private JsonPathStep? Step(ref JsonPlace place, ref bool counts)
    {
        if (_text.Take(".."))
        {
            place = JsonPlace.Elsewhere;
            counts |= _text.Next == '*';
            return new JsonPathStep.Descent(_text.Take("*") ? null : new JsonName(Name()));
        }

        var dotted = _text.Take(".");
        if (_text.Next == '[')
        {
            return Bracket(ref place, ref counts);
        }

        if (!dotted)
        {
            return null;
        }

        if (_text.Take("length()"))
        {
            return new JsonPathStep.Length(counts);
        }

        if (_text.Take("*"))
        {
            (place, counts) = (JsonPlace.Elsewhere, true);
            return new JsonPathStep.Wildcard();
        }

        return Member(ref place, Name());
    }

    private JsonPathStep Bracket(ref JsonPlace place, ref bool counts)
    {
        _text.Expect("[");
        JsonPathStep step;
        if (_text.Take("*"))
        {
            (place, counts) = (JsonPlace.Elsewhere, true);
            step = new JsonPathStep.Wildcard();
        }
        else if (_text.Take("?"))
        {
            _text.Expect("(");
            var condition = Or(place);
            _text.Expect(")");
            counts = true;
            step = new JsonPathStep.Filter(condition);
        }
        else if (_text.Space().Next is '\'' or '"')
        {
            var before = place;
            step = Union(() =>
            {
                var inner = before;
                return Member(ref inner, Quoted());
            });
            place = step is JsonPathStep.Member { Name.Text: "attributes" } && before == JsonPlace.Document ? JsonPlace.Attributes : JsonPlace.Elsewhere;
            counts |= step is JsonPathStep.Union;
        }
        else
        {
            step = Numbers();
            place = JsonPlace.Elsewhere;
            counts = step is not JsonPathStep.Element;
        }

        _text.Expect("]");
        return step;
    }

    private JsonPathStep Numbers()
    {
        var first = Integer();
        if (!_text.Take(":"))
        {
            return first is { } index
                ? Union(() => new JsonPathStep.Element(index), () => new JsonPathStep.Element(Integer() ?? throw _text.Error("expected a whole number")))
                : throw _text.Error("expected *, ?(…), a whole number or a quoted name");
        }

        var end = Integer();
        var step = _text.Take(":") ? Integer() ?? 1 : 1;
        return step > 0 ? new JsonPathStep.Slice(first, end, step) : throw _text.Error("the step of a slice must be 1 or more");
    }

    private JsonPathStep Union(Func<JsonPathStep> first, Func<JsonPathStep>? others = null)
    {
        List<JsonPathStep> steps = [first()];
        while (_text.Take(","))
        {
            steps.Add((others ?? first)());
        }

        return steps.Count == 1 ? steps[0] : new JsonPathStep.Union(steps);
    }

    private int? Integer()
    {
        var start = _text.Space().Position;
        if (!_text.TakeNumber(out var number))
        {
            return null;
        }

        if (number == (int)number)
        {
            return (int)number;
        }

        _text.Position = start;
        throw _text.Error("expected a whole number");
    }

    private JsonPathStep.Member Member(ref JsonPlace place, string name)
    {
        var noted = _names.Note(place, name);
        place = place == JsonPlace.Document && name == "attributes" ? JsonPlace.Attributes : JsonPlace.Elsewhere;
        return new JsonPathStep.Member(noted);
    }

    private string Name()
    {
        var name = _text.Name(character => FilterText.IsWordCharacter(character) || character is '-' or '/' or '\\' or '#');
        return name.Length > 0 ? name : throw _text.Error("expected a name; one with other characters is written ['name']");
    }

    private string Quoted() => _text.TakeString('\'', out var name) || _text.TakeString('"', out name) ? name : throw _text.Error("expected a quoted name");

    private JsonPathCondition Or(JsonPlace current)
    {
        var condition = And(current);
        while (_text.Take("||"))
        {
            condition = new JsonPathCondition.Or(condition, And(current));
        }

        return condition;
    }

    private JsonPathCondition And(JsonPlace current)
    {
        var condition = Not(current);
        while (_text.Take("&&"))
        {
            condition = JsonPathCondition.Both(condition, Not(current));
        }

        return condition;
    }

    private JsonPathCondition Not(JsonPlace current)
    {
        if (_text.Take("!"))
        {
            return new JsonPathCondition.Not(Not(current));
        }

        if (!_text.Take("("))
        {
            return Comparison(current);
        }

        var inner = Or(current);
        _text.Expect(")");
        return inner;
    }

    private JsonPathCondition Comparison(JsonPlace current)
    {
        var left = Operand(current);
        if (_text.Take("=="))
        {
            return new JsonPathCondition.Equal(left, Operand(current));
        }

        if (_text.Take("!="))
        {
            return new JsonPathCondition.Not(new JsonPathCondition.Equal(left, Operand(current)));
        }

        if (_text.Take("<="))
        {
            return new JsonPathCondition.Order(left, Operand(current), (one, other) => one <= other);
        }

        if (_text.Take(">="))
        {
            return new JsonPathCondition.Order(left, Operand(current), (one, other) => one >= other);
        }

        if (_text.Take("<"))
        {
            return new JsonPathCondition.Order(left, Operand(current), (one, other) => one < other);
        }

        if (_text.Take(">"))
        {
            return new JsonPathCondition.Order(left, Operand(current), (one, other) => one > other);
        }

        if (_text.Take("~="))
        {
            return new JsonPathCondition.Match(left, Expression());
        }

        if (_text.TakeWord("in"))
        {
            return new JsonPathCondition.In(left, Operand(current));
        }

        if (_text.TakeWord("nin"))
        {
            return new JsonPathCondition.Not(new JsonPathCondition.In(left, Operand(current)));
        }

        return left.Path is { } path && _text.Space().Next is ')' or '&' or '|'
            ? new JsonPathCondition.Exists(path)
            : throw _text.Error("expected one of ==, !=, <, <=, >, >=, ~=, in, nin" + (left.Path is null ? "" : ", &&, || or )"));
    }

    private Regex Expression()
    {
        var start = _text.Space().Position;
        if (!_text.TakeVerbatim(out var expression))
        {
            throw _text.Error("expected a quoted expression");
        }

        try
        {
            // As in Dolma's own engine, matching takes time in proportion to the text, whatever the expression.
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            _text.Position = start;
            throw _text.Error($"this expression cannot be used: {error.Message}");
        }
    }

    private JsonPathOperand Operand(JsonPlace current)
    {
        if (_text.Space().Next is '$' or '@')
        {
            return new JsonPathOperand(Path(current));
        }

        if (!_text.Take("["))
        {
            return new JsonPathOperand(Literal());
        }

        var elements = new List<JsonValue>();
        do
        {
            elements.Add(Literal());
        }
        while (_text.Take(","));
        _text.Expect("]");
        return new JsonPathOperand(JsonValue.Of([.. elements]));
    }

    private JsonValue Literal() =>
        _text.TakeNumber(out var number) ? JsonValue.Of(number)
        : _text.TakeString('\'', out var content) || _text.TakeString('"', out content) ? JsonValue.Of(content)
        : _text.TakeWord("true") ? JsonValue.Of(true)
        : _text.TakeWord("false") ? JsonValue.Of(false)
        : _text.TakeWord("null") ? default
        : throw _text.Error("expected a path beginning with $ or @, a number, a quoted text, true, false or null");
}
