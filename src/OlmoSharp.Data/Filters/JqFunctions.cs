using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Filters;

/// <summary>The functions of jq that filters may call.</summary>
internal static class JqFunctions
{
    /// <summary>The functions of the input alone, by name.</summary>
    public static IReadOnlyDictionary<string, JqFunction> OfInput { get; } = new SortedDictionary<string, JqFunction>(StringComparer.Ordinal)
    {
        ["add"] = Add,
        ["ascii_downcase"] = (in JsonValue input, out JsonValue result) => Text("ascii_downcase", input, text => text.ToLowerInvariant(), out result),
        ["ascii_upcase"] = (in JsonValue input, out JsonValue result) => Text("ascii_upcase", input, text => text.ToUpperInvariant(), out result),
        ["floor"] = Floor,
        ["first"] = (in JsonValue input, out JsonValue result) => input.TryGet(0, out result) || input.Kind == JsonKind.Array ? null : Fail("first", input, out result),
        ["keys"] = Keys,
        ["last"] = (in JsonValue input, out JsonValue result) => input.TryGet(-1, out result) || input.Kind == JsonKind.Array ? null : Fail("last", input, out result),
        ["length"] = Length,
        ["max"] = (in JsonValue input, out JsonValue result) => Extreme("max", input, 1, out result),
        ["min"] = (in JsonValue input, out JsonValue result) => Extreme("min", input, -1, out result),
        ["not"] = (in JsonValue input, out JsonValue result) =>
        {
            result = JsonValue.Of(!input.IsTrue);
            return null;
        },
        ["to_entries"] = ToEntries,
        ["tonumber"] = ToNumber,
        ["tostring"] = (in JsonValue input, out JsonValue result) =>
        {
            result = input.Kind == JsonKind.String ? input : JsonValue.Of(input.ToJson());
            return null;
        },
        ["type"] = (in JsonValue input, out JsonValue result) =>
        {
            result = JsonValue.Of(input.Kind is JsonKind.True or JsonKind.False ? "boolean" : input.Kind.ToString().ToLowerInvariant());
            return null;
        },
    };

    /// <summary>The functions of the input and the values of one argument, by name.</summary>
    public static IReadOnlyDictionary<string, JqOperator> OfArgument { get; } = new SortedDictionary<string, JqOperator>(StringComparer.Ordinal)
    {
        ["contains"] = (in JsonValue input, in JsonValue argument, out JsonValue result) =>
        {
            result = JsonValue.Of(input.Kind == argument.Kind && Contains(input, argument));
            return input.Kind == argument.Kind ? null : $"{input.ToJson()} and {argument.ToJson()} cannot contain one another";
        },
        ["endswith"] = (in JsonValue input, in JsonValue argument, out JsonValue result) =>
            Compare("endswith", input, argument, (text, end) => text.Span.EndsWith(end.Span), out result),
        ["startswith"] = (in JsonValue input, in JsonValue argument, out JsonValue result) =>
            Compare("startswith", input, argument, (text, start) => text.Span.StartsWith(start.Span), out result),
    };

    private static string? Add(in JsonValue input, out JsonValue result)
    {
        result = default;
        if (input.Kind < JsonKind.Array)
        {
            return Fail("add", input, out result);
        }

        var children = new List<JsonValue>();
        input.AddChildren(children);
        foreach (var child in children)
        {
            if (JqOperators.Add(result, child, out result) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string? Floor(in JsonValue input, out JsonValue result)
    {
        result = JsonValue.Of(Math.Floor(input.Number));
        return input.Kind == JsonKind.Number ? null : Fail("floor", input, out result);
    }

    private static string? Keys(in JsonValue input, out JsonValue result)
    {
        if (input.Kind == JsonKind.Array)
        {
            result = JsonValue.Of([.. Enumerable.Range(0, input.Length).Select(index => JsonValue.Of((double)index))]);
            return null;
        }

        if (input.Kind != JsonKind.Object)
        {
            return Fail("keys", input, out result);
        }

        var names = input.Members().Select(member => JsonValue.Of(member.Name)).ToList();
        names.Sort((one, other) => one.CompareTo(other));
        result = JsonValue.Of([.. names]);
        return null;
    }

    private static string? Length(in JsonValue input, out JsonValue result)
    {
        switch (input.Kind)
        {
            case JsonKind.True or JsonKind.False:
                return Fail("length", input, out result);
            case JsonKind.Null:
                result = JsonValue.Of(0.0);
                return null;
            case JsonKind.Number:
                result = JsonValue.Of(Math.Abs(input.Number));
                return null;
            default:
                result = JsonValue.Of((double)input.Length);
                return null;
        }
    }

    private static string? Extreme(string name, in JsonValue input, int sign, out JsonValue result)
    {
        result = default;
        if (input.Kind != JsonKind.Array)
        {
            return Fail(name, input, out result);
        }

        var elements = new List<JsonValue>();
        input.AddChildren(elements);
        foreach (var element in elements.Take(1))
        {
            result = element;
        }

        foreach (var element in elements.Skip(1))
        {
            // Of equal elements min takes the first and max the last; nobody can tell them apart.
            result = element.CompareTo(result) * sign > 0 ? element : result;
        }

        return null;
    }

    private static string? ToEntries(in JsonValue input, out JsonValue result)
    {
        if (input.Kind != JsonKind.Object)
        {
            return Fail("to_entries", input, out result);
        }

        var (key, value) = ("key"u8.ToArray(), "value"u8.ToArray());
        result = JsonValue.Of([.. input.Members().Select(member => JsonValue.Of(new JsonMembers([(key, JsonValue.Of(member.Name)), (value, member.Value)])))]);
        return null;
    }

    private static string? ToNumber(in JsonValue input, out JsonValue result)
    {
        result = input;
        if (input.Kind == JsonKind.Number)
        {
            return null;
        }

        if (input.Kind != JsonKind.String || !double.TryParse(input.Utf8.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return Fail("tonumber", input, out result);
        }

        result = JsonValue.Of(number);
        return null;
    }

    private static string? Text(string name, in JsonValue input, Func<string, string> convert, out JsonValue result)
    {
        if (input.Kind != JsonKind.String)
        {
            return Fail(name, input, out result);
        }

        result = JsonValue.Of(string.Concat(input.ToString().Select(character => char.IsAscii(character) ? convert(character.ToString())[0] : character)));
        return null;
    }

    private static string? Compare(string name, in JsonValue input, in JsonValue argument, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, bool> holds, out JsonValue result)
    {
        if (input.Kind != JsonKind.String || argument.Kind != JsonKind.String)
        {
            return Fail(name, input.Kind == JsonKind.String ? argument : input, out result);
        }

        result = JsonValue.Of(holds(input.Utf8, argument.Utf8));
        return null;
    }

    private static bool Contains(JsonValue input, JsonValue part)
    {
        switch (input.Kind, part.Kind)
        {
            case (JsonKind.String, JsonKind.String):
                return input.Utf8.Span.IndexOf(part.Utf8.Span) >= 0;
            case (JsonKind.Array, JsonKind.Array):
                var (elements, parts) = (new List<JsonValue>(), new List<JsonValue>());
                input.AddChildren(elements);
                part.AddChildren(parts);
                return parts.TrueForAll(wanted => elements.Exists(element => Contains(element, wanted)));
            case (JsonKind.Object, JsonKind.Object):
                return part.Members().All(wanted => input.TryGet(new JsonName(Encoding.UTF8.GetString(wanted.Name.Span)), out var member) && Contains(member, wanted.Value));
            default:
                return input.CompareTo(part) == 0;
        }
    }

    private static string Fail(string name, in JsonValue input, out JsonValue result)
    {
        result = default;
        return $"{(input.ToJson() is { Length: > 40 } json ? json[..40] + "…" : input.ToJson())} has no {name}";
    }
}
