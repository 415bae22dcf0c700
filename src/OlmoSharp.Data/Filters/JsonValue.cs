using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Filters;

/// <summary>
/// A JSON value as a filter sees it: a piece of a row's bytes, which is looked into only where the filter asks, or something that the filter made.
/// A value that is a piece of a row is valid as long as the row.
/// </summary>
internal readonly struct JsonValue
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly object? _made;

    private JsonValue(JsonKind kind, double number = 0, ReadOnlyMemory<byte> bytes = default, object? made = null)
    {
        Kind = kind;
        Number = number;
        _bytes = bytes;
        _made = made;
    }

    /// <summary>What the value is; a value that nobody set is null.</summary>
    public JsonKind Kind { get; }

    /// <summary>A number's value.</summary>
    public double Number { get; }

    /// <summary>A string's characters in UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 => _bytes;

    /// <summary>Whether jq takes the value for true: anything but null and false.</summary>
    public bool IsTrue => Kind > JsonKind.False;

    /// <summary>Whether the value is worth something: not null, false, 0, "", [] or {}.</summary>
    public bool IsSomething => Kind switch
    {
        JsonKind.Null or JsonKind.False => false,
        JsonKind.Number => Number != 0,
        JsonKind.String => _bytes.Length > 0,
        JsonKind.Array or JsonKind.Object => Length > 0,
        _ => true,
    };

    /// <summary>Elements of an array, members of an object, code points of a string.</summary>
    public int Length
    {
        get
        {
            switch (Kind)
            {
                case JsonKind.String:
                    return CodePoints.CountIn(_bytes.Span);
                case JsonKind.Array when _made is JsonValue[] elements:
                    return elements.Length;
                case JsonKind.Object when _made is IJsonMembers members:
                    return members.All().Count;
                default:
                    var parts = new JsonParts(_bytes.Span);
                    var count = 0;
                    while (parts.MoveNext())
                    {
                        count++;
                    }

                    return count;
            }
        }
    }

    public static JsonValue Of(bool value) => new(value ? JsonKind.True : JsonKind.False);

    public static JsonValue Of(double value) => new(JsonKind.Number, value);

    public static JsonValue Of(ReadOnlyMemory<byte> text) => new(JsonKind.String, bytes: text);

    public static JsonValue Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static JsonValue Of(JsonValue[] elements) => new(JsonKind.Array, made: elements);

    public static JsonValue Of(IJsonMembers members) => new(JsonKind.Object, made: members);

    /// <summary>Takes a piece of a row.</summary>
    /// <param name="json">Valid JSON without space around it.</param>
    public static JsonValue Parse(ReadOnlyMemory<byte> json)
    {
        switch (json.Span[0])
        {
            case (byte)'{':
                return new(JsonKind.Object, bytes: json);
            case (byte)'[':
                return new(JsonKind.Array, bytes: json);
            case (byte)'"':
                return Of(Unescape(json[1..^1]));
            case (byte)'t':
                return Of(true);
            case (byte)'f':
                return Of(false);
            case (byte)'n':
                return default;
            default:
                _ = Utf8Parser.TryParse(json.Span, out double number, out _);
                return Of(number);
        }
    }

    /// <summary>Removes the escapes from what stands between the quotation marks of a JSON string.</summary>
    public static ReadOnlyMemory<byte> Unescape(ReadOnlyMemory<byte> inner)
    {
        if (!inner.Span.Contains((byte)'\\'))
        {
            return inner;
        }

        var quoted = new byte[inner.Length + 2];
        inner.Span.CopyTo(quoted.AsSpan(1));
        quoted[0] = quoted[^1] = (byte)'"';
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        try
        {
            var plain = new byte[inner.Length];
            return plain.AsMemory(0, reader.CopyString(plain));
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("a JSON string is not valid Unicode (half a surrogate pair)", error);
        }
    }

    /// <summary>An object's member.</summary>
    public bool TryGet(JsonName name, out JsonValue value)
    {
        value = default;
        if (Kind != JsonKind.Object)
        {
            return false;
        }

        if (_made is IJsonMembers members)
        {
            return members.TryGet(name, out value);
        }

        var found = false;
        var parts = new JsonParts(_bytes.Span);
        while (parts.MoveNext())
        {
            var written = _bytes.Slice(parts.Name.Start, parts.Name.Length);
            if (written.Span.SequenceEqual(name.Utf8) || (written.Span.Contains((byte)'\\') && Unescape(written).Span.SequenceEqual(name.Utf8)))
            {
                // Of equal names the last counts.
                (value, found) = (Part(parts.Value), true);
            }
        }

        return found;
    }

    /// <summary>An array's element.</summary>
    /// <param name="index">From 0; from the end where negative.</param>
    /// <param name="value">The element.</param>
    public bool TryGet(int index, out JsonValue value)
    {
        value = default;
        if (Kind != JsonKind.Array)
        {
            return false;
        }

        if (index < 0 && (index += Length) < 0)
        {
            return false;
        }

        if (_made is JsonValue[] elements)
        {
            if (index >= elements.Length)
            {
                return false;
            }

            value = elements[index];
            return true;
        }

        var parts = new JsonParts(_bytes.Span);
        while (parts.MoveNext())
        {
            if (index-- == 0)
            {
                value = Part(parts.Value);
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds an array's elements or an object's values to a list.</summary>
    public void AddChildren(List<JsonValue> children)
    {
        if (_made is JsonValue[] elements)
        {
            children.AddRange(elements);
        }
        else if (_made is IJsonMembers members)
        {
            children.AddRange(members.All().Select(member => member.Value));
        }
        else if (Kind >= JsonKind.Array)
        {
            var parts = new JsonParts(_bytes.Span);
            while (parts.MoveNext())
            {
                children.Add(Part(parts.Value));
            }
        }
    }

    /// <summary>An object's members, in order.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> Members()
    {
        if (_made is IJsonMembers members)
        {
            return members.All();
        }

        var all = new List<(ReadOnlyMemory<byte>, JsonValue)>();
        var parts = new JsonParts(_bytes.Span);
        while (parts.MoveNext())
        {
            all.Add((Unescape(_bytes.Slice(parts.Name.Start, parts.Name.Length)), Part(parts.Value)));
        }

        return all;
    }

    /// <summary>Compares as jq does: null, false, true, numbers, strings by their UTF-8, arrays by their elements, objects by their sorted names, then values.</summary>
    public int CompareTo(in JsonValue other)
    {
        if (Kind != other.Kind)
        {
            return Kind.CompareTo(other.Kind);
        }

        switch (Kind)
        {
            case JsonKind.Number:
                return Number.CompareTo(other.Number);
            case JsonKind.String:
                return _bytes.Span.SequenceCompareTo(other._bytes.Span);
            case JsonKind.Array:
                return CompareChildren(Children(), other.Children());
            case JsonKind.Object:
                var (mine, theirs) = (Sorted(), other.Sorted());
                var names = CompareChildren([.. mine.Select(member => Of(member.Name))], [.. theirs.Select(member => Of(member.Name))]);
                return names != 0 ? names : CompareChildren([.. mine.Select(member => member.Value)], [.. theirs.Select(member => member.Value)]);
            default:
                return 0;
        }
    }

    /// <summary>The value as JSON without space.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        WriteTo(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind == JsonKind.String ? Encoding.UTF8.GetString(_bytes.Span) : ToJson();

    private static int CompareChildren(List<JsonValue> mine, List<JsonValue> theirs)
    {
        for (var i = 0; i < Math.Min(mine.Count, theirs.Count); i++)
        {
            if (mine[i].CompareTo(theirs[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return mine.Count.CompareTo(theirs.Count);
    }

    private JsonValue Part((int Start, int Length) part) => Parse(_bytes.Slice(part.Start, part.Length));

    private List<JsonValue> Children()
    {
        var children = new List<JsonValue>();
        AddChildren(children);
        return children;
    }

    private List<(ReadOnlyMemory<byte> Name, JsonValue Value)> Sorted()
    {
        var last = new SortedDictionary<string, (ReadOnlyMemory<byte>, JsonValue)>(StringComparer.Ordinal);
        foreach (var member in Members())
        {
            last[Encoding.UTF8.GetString(member.Name.Span)] = member;
        }

        return [.. last.Values];
    }

    private void WriteTo(ArrayBufferWriter<byte> json)
    {
        switch (Kind)
        {
            case JsonKind.Null:
                json.Write("null"u8);
                break;
            case JsonKind.False or JsonKind.True:
                json.Write(Kind == JsonKind.True ? "true"u8 : "false"u8);
                break;
            case JsonKind.Number:
                // Whole numbers as such, as jq writes them.
                json.Write(Encoding.UTF8.GetBytes(Number == Math.Truncate(Number) && Math.Abs(Number) < 1e17
                    ? ((long)Number).ToString(CultureInfo.InvariantCulture)
                    : Number.ToString("R", CultureInfo.InvariantCulture)));
                break;
            case JsonKind.String:
                JsonText.WriteString(json, _bytes.Span);
                break;
            case JsonKind.Array:
                json.Write("["u8);
                foreach (var (index, element) in Children().Index())
                {
                    json.Write(index > 0 ? ","u8 : default);
                    element.WriteTo(json);
                }

                json.Write("]"u8);
                break;
            default:
                json.Write("{"u8);
                foreach (var (index, (name, value)) in Members().Index())
                {
                    json.Write(index > 0 ? ","u8 : default);
                    JsonText.WriteString(json, name.Span);
                    json.Write(":"u8);
                    value.WriteTo(json);
                }

                json.Write("}"u8);
                break;
        }
    }
}
