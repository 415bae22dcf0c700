using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// Makes a grammar of a JSON schema: of the subset that OpenAI's structured outputs take (<see href="https://platform.openai.com/docs/guides/structured-outputs"/>), and of objects with
/// optional properties. Properties come in the order in which the schema lists them.
/// </summary>
internal sealed class JsonSchemaGrammar
{
    private const int MostElements = 10_000;

    private static readonly JsonSerializerOptions Literals = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Annotations =
        ["title", "description", "default", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "$schema", "$id", "$defs", "definitions"];

    private static readonly Dictionary<string, string[]> KeywordsOfTypes = new()
    {
        ["object"] = ["properties", "required", "additionalProperties"],
        ["array"] = ["items", "minItems", "maxItems"],
        ["string"] = [],
        ["number"] = [],
        ["integer"] = [],
        ["boolean"] = [],
        ["null"] = [],
    };

    private readonly GrammarBuilder _builder = new();
    private readonly JsonGrammar _json;
    private readonly JsonSchemaPlace _root;
    private readonly Dictionary<string, GrammarRule> _references = [];

    // By the paths of objects that pointers go through, so that many pointers into a large one do not read it each time.
    private readonly Dictionary<string, Dictionary<string, JsonSchemaPlace>> _members = [];

    private JsonSchemaGrammar(JsonSchemaPlace root)
    {
        _root = root;
        _json = new(_builder);
    }

    /// <summary>Makes the grammar.</summary>
    /// <exception cref="InferenceException">The schema is not JSON or not of the subset; the message names the place.</exception>
    public static ByteGrammar Compile(string schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema);
            var compiler = new JsonSchemaGrammar(new("$", document.RootElement));
            return compiler._builder.Build(compiler.Reference("#", compiler._root));
        }
        catch (JsonException exception)
        {
            throw new InferenceException($"the JSON schema is not JSON: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new InferenceException($"the JSON schema holds a string with an escaped lone surrogate: {exception.Message}", exception);
        }
    }

    private void Schema(JsonSchemaPlace schema, int from, int to)
    {
        GrammarBuilder.RequireStack();
        if (schema.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            throw schema.Wrong("true and false are not supported as schemas; name a type");
        }

        var members = schema.Members();
        var keywords = members.Where(member => !Annotations.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Place);
        if (keywords.TryGetValue("$ref", out var reference))
        {
            OnlyWith("$ref", keywords);
            _builder.Call(from, Reference(reference.Text(), reference), to);
        }
        else if (keywords.TryGetValue("anyOf", out var choices))
        {
            OnlyWith("anyOf", keywords);
            foreach (var choice in NotEmpty(choices))
            {
                Schema(choice, from, to);
            }
        }
        else if (keywords.TryGetValue("const", out var constant))
        {
            OnlyWith("const", keywords, "type");
            Literal(constant, Types(keywords), from, to);
        }
        else if (keywords.TryGetValue("enum", out var values))
        {
            OnlyWith("enum", keywords, "type");
            foreach (var value in NotEmpty(values))
            {
                Literal(value, Types(keywords), from, to);
            }
        }
        else
        {
            var types = Types(keywords) ?? throw schema.Wrong("a type, enum, const, anyOf or $ref is needed");
            OnlyWith(string.Join(" or ", types), keywords, ["type", .. types.SelectMany(type => KeywordsOfTypes[type])]);
            foreach (var type in types)
            {
                OfType(type, schema, keywords, from, to);
            }
        }
    }

    private void OfType(string type, JsonSchemaPlace schema, Dictionary<string, JsonSchemaPlace> keywords, int from, int to)
    {
        switch (type)
        {
            case "object":
                Object(schema, keywords, from, to);
                break;
            case "array":
                Array(schema, keywords, from, to);
                break;
            case "string":
                _json.Text(from, to);
                break;
            case "number":
                _json.Number(from, to);
                break;
            case "integer":
                _json.Integer(from, to);
                break;
            case "boolean":
                _builder.Literal(from, "true"u8, to);
                _builder.Literal(from, "false"u8, to);
                break;
            default:
                _builder.Literal(from, "null"u8, to);
                break;
        }
    }

    private void Object(JsonSchemaPlace schema, Dictionary<string, JsonSchemaPlace> keywords, int from, int to)
    {
        if (!keywords.TryGetValue("additionalProperties", out var additional) || additional.Value.ValueKind != JsonValueKind.False)
        {
            throw schema.Wrong("an object needs 'additionalProperties': false");
        }

        var properties = keywords.TryGetValue("properties", out var place) ? place.Members() : [];
        HashSet<string> required = [];
        foreach (var name in keywords.TryGetValue("required", out var names) ? names.Elements() : [])
        {
            if (!properties.Any(property => property.Name == name.Text()) || !required.Add(name.Text()))
            {
                throw name.Wrong($"'{name.Text()}' is no property of the object, or is named before");
            }
        }

        // Two chains: one while nothing has been written, one where a comma must come first. They meet before each name.
        var empty = After(from, "{"u8);
        var some = -1;
        foreach (var (name, value) in properties)
        {
            var (key, after) = (_builder.NewNode(), _builder.NewNode());
            var colon = _builder.NewNode();
            _builder.Literal(key, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(name, Literals)), colon);
            Schema(value, After(colon, ":"u8), after);
            if (some >= 0)
            {
                _builder.Skip(After(some, ","u8), key);
            }

            if (empty >= 0)
            {
                var spaced = _builder.NewNode();
                _json.Space(empty, spaced);
                _builder.Skip(spaced, key);
            }

            if (required.Contains(name))
            {
                empty = -1;
            }
            else if (some >= 0)
            {
                _builder.Skip(some, after);
            }

            some = after;
        }

        Close(empty, some, "}"u8, to);
    }

    private void Array(JsonSchemaPlace schema, Dictionary<string, JsonSchemaPlace> keywords, int from, int to)
    {
        var least = keywords.TryGetValue("minItems", out var minimum) ? minimum.Count(MostElements) : 0;
        int? most = keywords.TryGetValue("maxItems", out var maximum) ? maximum.Count(MostElements) : null;
        if (least > most)
        {
            throw schema.Wrong($"minItems is {least}, but maxItems is {most}");
        }

        if (!keywords.TryGetValue("items", out var items))
        {
            throw schema.Wrong("an array needs 'items'");
        }

        var item = _builder.NewRule(items.Path);
        Schema(items, item.Start, item.End);
        var empty = After(from, "["u8);
        var spaced = _builder.NewNode();
        _json.Space(empty, spaced);
        var (end, next) = (_builder.NewNode(), spaced);
        for (var count = 1; count <= (most ?? Math.Max(1, least)); count++)
        {
            var after = _builder.NewNode();
            _builder.Call(next, item, after);
            if (count >= least)
            {
                _builder.Skip(after, end);
            }

            if (most is null && count == Math.Max(1, least))
            {
                _builder.Call(After(after, ","u8), item, after);
            }
            else if (count != most)
            {
                next = After(after, ","u8);
            }
        }

        Close(least == 0 ? empty : -1, end, "]"u8, to);
    }

    /// <summary>The closing bracket, at once or after white space.</summary>
    private void Close(int empty, int some, ReadOnlySpan<byte> bracket, int to)
    {
        if (empty >= 0)
        {
            _builder.Literal(empty, bracket, to);
        }

        if (some >= 0)
        {
            var spaced = _builder.NewNode();
            _json.Space(some, spaced);
            _builder.Literal(spaced, bracket, to);
        }
    }

    private int After(int from, ReadOnlySpan<byte> symbol)
    {
        var to = _builder.NewNode();
        _builder.Literal(from, symbol, to);
        if (symbol[0] is (byte)'{' or (byte)'[')
        {
            return to;
        }

        var spaced = _builder.NewNode();
        _json.Space(to, spaced);
        return spaced;
    }

    private void Literal(JsonSchemaPlace value, IReadOnlyList<string>? types, int from, int to)
    {
        if (types is not null && !types.Any(type => IsOfType(value.Value, type)))
        {
            throw value.Wrong($"{value.Value.GetRawText()} is not of type {string.Join(" or ", types)}");
        }

        _builder.Literal(from, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value.Value, Literals)), to);
    }

    private static bool IsOfType(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.GetDouble() == Math.Floor(value.GetDouble())),
        JsonValueKind.Null => type == "null",
        _ => type == "boolean",
    };

    private GrammarRule Reference(string pointer, JsonSchemaPlace from)
    {
        if (_references.TryGetValue(pointer, out var rule))
        {
            return rule;
        }

        var target = Resolve(pointer, from);
        _references.Add(pointer, rule = _builder.NewRule($"JSON schema, {target.Path}"));
        Schema(target, rule.Start, rule.End);
        return rule;
    }

    /// <summary>What a JSON pointer (RFC 6901) in a fragment names.</summary>
    private JsonSchemaPlace Resolve(string pointer, JsonSchemaPlace from)
    {
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            throw from.Wrong($"'{pointer}' is not a place in this schema, such as '#/$defs/name'");
        }

        var place = _root;
        foreach (var part in pointer.Split('/').Skip(1).Select(part => Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            JsonSchemaPlace? next = place.Value.ValueKind switch
            {
                JsonValueKind.Object => Members(place).TryGetValue(part, out var member) ? member : null,
                JsonValueKind.Array => place.Elements().Where((_, i) => part == $"{i}").Select(element => (JsonSchemaPlace?)element).FirstOrDefault(),
                _ => null,
            };
            place = next ?? throw from.Wrong($"'{pointer}' names nothing: {place.Path} has no '{part}'");
        }

        return place;
    }

    private Dictionary<string, JsonSchemaPlace> Members(JsonSchemaPlace place)
    {
        if (!_members.TryGetValue(place.Path, out var members))
        {
            _members.Add(place.Path, members = place.Members().ToDictionary(member => member.Name, member => member.Place));
        }

        return members;
    }

    private static List<string>? Types(Dictionary<string, JsonSchemaPlace> keywords)
    {
        if (!keywords.TryGetValue("type", out var type))
        {
            return null;
        }

        List<string> types = [];
        foreach (var place in type.Value.ValueKind == JsonValueKind.Array ? NotEmpty(type) : [type])
        {
            if (!KeywordsOfTypes.ContainsKey(place.Text()) || types.Contains(place.Text()))
            {
                throw place.Wrong($"'{place.Text()}' is no type, or is named before; types are {string.Join(", ", KeywordsOfTypes.Keys)}");
            }

            types.Add(place.Text());
        }

        return types;
    }

    private static List<JsonSchemaPlace> NotEmpty(JsonSchemaPlace list) =>
        list.Elements() is { Count: > 0 } elements ? elements : throw list.Wrong("it is empty, so that nothing would fit");

    private static void OnlyWith(string what, Dictionary<string, JsonSchemaPlace> keywords, params IReadOnlyCollection<string> others)
    {
        foreach (var (keyword, place) in keywords)
        {
            if (keyword != what && !others.Contains(keyword))
            {
                throw place.Wrong($"'{keyword}' is not supported with {what}");
            }
        }
    }
}
