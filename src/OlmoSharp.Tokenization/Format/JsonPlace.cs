using System.Text.Encodings.Web;
using System.Text.Json;

namespace OlmoSharp.Tokenization;

/// <summary>A value in a <c>tokenizer.json</c> that knows where it is, so that every complaint about it can say so.</summary>
internal sealed class JsonPlace
{
    private readonly string _file;
    private readonly JsonPlace? _parent;
    private readonly string? _member;
    private readonly int _index;

    /// <summary>Creates the place of the outermost value of a file.</summary>
    public JsonPlace(string file, JsonElement root)
    {
        _file = file;
        Value = root;
    }

    private JsonPlace(JsonPlace parent, string? member, int index, JsonElement value)
    {
        _file = parent._file;
        _parent = parent;
        _member = member;
        _index = index;
        Value = value;
    }

    /// <summary>The value.</summary>
    public JsonElement Value { get; }

    /// <summary>Whether the value is <c>null</c> or missing.</summary>
    public bool IsNull => Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    /// <summary>Whether the value is true; a value that is <c>null</c> or missing is not.</summary>
    public bool IsTrue => !IsNull && Boolean;

    /// <summary>The string that the value is.</summary>
    public string Text => Value.ValueKind == JsonValueKind.String ? Unescape(() => Value.GetString()!) : throw Mistyped("a string");

    /// <summary>The integer of 32 bits that the value is.</summary>
    public int Integer => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out int integer) ? integer : throw Mistyped("a whole number");

    /// <summary>The truth value that the value is.</summary>
    public bool Boolean => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Mistyped("true or false");

    private string Path => _parent is null ? "$"
        : _member is null ? $"{_parent.Path}[{_index}]"
        : _member.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? $"{_parent.Path}.{_member}"
        : $"{_parent.Path}[\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(_member)}\"]";

    /// <summary>The member of an object; one that is missing is <see cref="IsNull"/>.</summary>
    public JsonPlace this[string name]
    {
        get
        {
            if (Value.ValueKind != JsonValueKind.Object)
            {
                throw Mistyped("an object");
            }
            // Looking for a name unescapes the others.
            return new JsonPlace(this, name, 0, Unescape(() => Value.TryGetProperty(name, out JsonElement member) ? member : default));
        }
    }

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonPlace> Elements() => Value.ValueKind == JsonValueKind.Array
        ? Value.EnumerateArray().Select((element, index) => new JsonPlace(this, null, index, element))
        : throw Mistyped("an array");

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, JsonPlace Value)> Members()
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Mistyped("an object");
        }
        foreach (JsonProperty member in Value.EnumerateObject())
        {
            string name = Unescape(() => member.Name);
            yield return (name, new JsonPlace(this, name, 0, member.Value));
        }
    }

    /// <summary>A complaint about this value.</summary>
    public TokenizerException Error(string reason, string advice) => new(_file, Path, reason, advice);

    /// <summary>A complaint that the file contradicts itself or breaks its format.</summary>
    public TokenizerException Damaged(string reason) => Error(reason, "The file is not a whole tokenizer.json; fetch or save it again");

    /// <summary>A complaint that this value is of a kind that tokenizers may have but that is not supported.</summary>
    public TokenizerException Unsupported(string reason) =>
        Error(reason, "Supported are byte-level BPE tokenizers with the pre-tokens of GPT-2, GPT-4 or GPT-4o; use such a one, or train one");

    private TokenizerException Mistyped(string expected) => Damaged(IsNull ? $"{expected} is missing" : $"{expected} was expected, not {Value.ValueKind}");

    private T Unescape<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Damaged("a string holds an escaped lone surrogate");
        }
    }
}
