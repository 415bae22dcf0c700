using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>A JSONPath that leads to one value of a document: <c>$.metadata.url</c>, <c>$['metadata']["url"]</c>, <c>$.metadata.urls[0]</c>.</summary>
internal sealed partial class JsonKeyPath
{
    private readonly string _path;
    private readonly List<Step> _steps = [];
    private byte[] _value = new byte[1 << 10];

    /// <param name="path">The path.</param>
    /// <param name="key">What gave it, for messages.</param>
    /// <exception cref="DataException">The path is none of these.</exception>
    public JsonKeyPath(string path, string key)
    {
        _path = path;
        var position = 1;
        while (path.StartsWith('$') && position < path.Length && StepPattern.Match(path, position) is { Success: true } match)
        {
            var name = match.Groups["name"];
            _steps.Add(name.Success ? new Step(Encoding.UTF8.GetBytes(name.Value), -1) : new Step(null, int.Parse(match.Groups["index"].Value, System.Globalization.CultureInfo.InvariantCulture)));
            position += match.Length;
        }

        if (_steps is not [{ Name: not null }, ..] || position < path.Length)
        {
            throw new DataException(
                $"{key}: {path} is not the path of one value. Write it as $.metadata.url, with .name, ['name'] and [number] only.");
        }
    }

    /// <summary>Finds the value. Returns false where the document has none, or null.</summary>
    /// <param name="document">The document.</param>
    /// <param name="value">The string, unescaped; valid until the next call.</param>
    /// <exception cref="FormatException">The value is not a string, or not valid Unicode.</exception>
    public bool TryFind(DocumentView document, out ReadOnlySpan<byte> value)
    {
        var first = _steps[0].Name.AsSpan();
        if (_steps.Count == 1 && (first.SequenceEqual("text"u8) || first.SequenceEqual("id"u8) || first.SequenceEqual("source"u8)))
        {
            value = first[0] == 't' ? document.Text : first[0] == 'i' ? document.Id : document.Source;
            return true;
        }

        value = default;
        var json = document.FieldValue(first);
        if (json.IsEmpty)
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        foreach (var step in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_steps)[1..])
        {
            if (!(step.Name is { } name ? EnterProperty(ref reader, name) : EnterItem(ref reader, step.Index)))
            {
                return false;
            }
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return false;
            case not JsonTokenType.String:
                throw new FormatException($"the key {_path} is not a string");
        }

        if (_value.Length < reader.ValueSpan.Length)
        {
            _value = new byte[Math.Max(reader.ValueSpan.Length, 2 * _value.Length)];
        }

        try
        {
            value = _value.AsSpan(0, reader.CopyString(_value));
            return true;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"the key {_path} is not valid Unicode (half a surrogate pair)", error);
        }
    }

    private static bool EnterProperty(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool EnterItem(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (index-- == 0)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    [GeneratedRegex("""\G(?:\.(?<name>[\p{L}_][\p{L}\p{N}_-]*)|\['(?<name>[^'\\]+)'\]|\["(?<name>[^"\\]+)"\]|\[(?<index>[0-9]{1,9})\])""", RegexOptions.CultureInvariant)]
    private static partial Regex StepPattern { get; }

    private readonly record struct Step(byte[]? Name, int Index);
}
