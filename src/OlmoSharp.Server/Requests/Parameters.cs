using System.Globalization;
using System.Text.Json;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Requests;

/// <summary>The members of a JSON object of a request, read one by one; every mistake is told with the name of the parameter. A member that is null is one that is not there.</summary>
/// <param name="element">The object.</param>
/// <param name="path">Where it is in the body, such as <c>messages[0]</c>; empty for the body itself.</param>
internal readonly struct Parameters(JsonElement element, string path = "")
{
    /// <summary>The whole name of a member.</summary>
    public string NameOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>A member of any type; null where it is not there.</summary>
    public JsonElement? Find(string key) => element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member of any type that must be there.</summary>
    public JsonElement Require(string key) => Find(key) ?? throw ApiException.Missing(NameOf(key));

    /// <summary>A string; null where it is not there.</summary>
    public string? Text(string key) => Find(key) is { } value ? Text(value, NameOf(key)) : null;

    /// <summary>A string that must be there.</summary>
    public string RequireText(string key) => Text(Require(key), NameOf(key));

    /// <summary>Whether a boolean is there and true.</summary>
    public bool Flag(string key) => Find(key) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw ApiException.WrongType(NameOf(key), "a boolean", TypeOf(value)),
    };

    /// <summary>A number; null where it is not there.</summary>
    public double? Number(string key, double least, double most) => Find(key) is { } value ? Number(value, NameOf(key), least, most) : null;

    /// <summary>A whole number; null where it is not there.</summary>
    public long? Integer(string key, long least, long most) => Find(key) is { } value ? Integer(value, NameOf(key), least, most) : null;

    /// <summary>An object; null where it is not there.</summary>
    public Parameters? Object(string key) => Find(key) is { } value ? Object(value, NameOf(key)) : null;

    /// <summary>All members.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Members()
    {
        foreach (var member in element.EnumerateObject())
        {
            string key;
            try
            {
                key = member.Name;
            }
            catch (InvalidOperationException)
            {
                throw ApiException.Invalid(path, $"Invalid '{path}': a key is not valid Unicode.");
            }

            yield return (key, member.Value);
        }
    }

    /// <summary>Refuses a parameter that would change the answer but is not supported; empty values of any kind are passed over.</summary>
    public void Refuse(string key, string reason)
    {
        if (Find(key) is { } value && !IsEmpty(value))
        {
            throw ApiException.Unsupported(NameOf(key), reason);
        }
    }

    /// <summary>The string of an element.</summary>
    public static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw ApiException.WrongType(name, "a string", TypeOf(value));
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid(name, $"Invalid '{name}': the string is not valid Unicode (it holds bytes that are not UTF-8, or half of a surrogate pair).");
        }
    }

    /// <summary>The number of an element.</summary>
    public static double Number(JsonElement value, string name, double least, double most)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw ApiException.WrongType(name, "a number", TypeOf(value));
        }

        if (!value.TryGetDouble(out var number) || !double.IsFinite(number))
        {
            throw ApiException.Invalid(name, $"Invalid '{name}': the number is not finite.");
        }

        return number < least ? throw OutOfRange(name, "decimal", isBelow: true, Show(number), Show(least))
            : number > most ? throw OutOfRange(name, "decimal", isBelow: false, Show(number), Show(most))
            : number;
    }

    /// <summary>The whole number of an element.</summary>
    public static long Integer(JsonElement value, string name, long least, long most)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw ApiException.WrongType(name, "an integer", TypeOf(value));
        }

        if (!value.TryGetInt64(out var number))
        {
            throw ApiException.WrongType(name, "an integer of at most 64 bits", $"the number {Shorten(value.GetRawText())}");
        }

        return number < least ? throw OutOfRange(name, "integer", isBelow: true, Show(number), Show(least))
            : number > most ? throw OutOfRange(name, "integer", isBelow: false, Show(number), Show(most))
            : number;
    }

    /// <summary>The object of an element.</summary>
    public static Parameters Object(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object
        ? new(value, name)
        : throw ApiException.WrongType(name, "an object", TypeOf(value));

    /// <summary>What a JSON value is, for messages.</summary>
    public static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    /// <summary>Text that may be long, for messages.</summary>
    public static string Shorten(string text) => text.Length <= 64 ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[63]) ? 63 : 64)}…";

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.String => value.ValueEquals(""),
        JsonValueKind.False => true,
        _ => false,
    };

    private static ApiException OutOfRange(string name, string kind, bool isBelow, string number, string bound)
    {
        var (words, sign, code) = isBelow ? ("below minimum", ">=", "below_min_value") : ("above maximum", "<=", "above_max_value");
        return ApiException.Invalid(name, $"Invalid '{name}': {kind} {words} value. Expected a value {sign} {bound}, but got {number} instead.", $"{kind}_{code}");
    }

    private static string Show(double number) => number.ToString(CultureInfo.InvariantCulture);
}
