using System.Text.Json;

namespace OlmoSharp.Data.Attributes;

/// <summary>The attributes of one document.</summary>
public sealed class AttributeRow
{
    private readonly Dictionary<string, List<AttributeSpan>> _spans = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The document's identifier in UTF-8, unescaped.</summary>
    public byte[] Id { get; private set; } = [];

    /// <summary>The names of the row's attributes, in the order of the file.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The spans of an attribute; none where the row lacks it.</summary>
    /// <param name="name">The attribute's whole name.</param>
    public IReadOnlyList<AttributeSpan> Spans(string name) => _names.Contains(name) ? _spans[name] : [];

    /// <summary>Reads a row. Errors are <see cref="FormatException"/>s without a place.</summary>
    internal void Parse(ReadOnlySpan<byte> line)
    {
        _names.Clear();
        byte[]? id = null;
        var hasAttributes = false;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the line is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = reader.TokenType == JsonTokenType.String ? System.Text.Encoding.UTF8.GetBytes(reader.GetString()!) : throw new FormatException("\"id\" is not a string");
                }
                else if (reader.ValueTextEquals("attributes"u8))
                {
                    ReadAttributes(ref reader);
                    hasAttributes = true;
                }
                else
                {
                    reader.Skip();
                }
            }

            reader.Read();
        }
        catch (JsonException error)
        {
            throw new FormatException($"invalid JSON at byte {error.BytePositionInLine}", error);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("a JSON string is not valid Unicode (half a surrogate pair)", error);
        }

        Id = id ?? throw new FormatException("the row has no \"id\"");
        if (!hasAttributes)
        {
            throw new FormatException("the row has no \"attributes\"");
        }
    }

    private void ReadAttributes(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("\"attributes\" is not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (_names.Contains(name))
            {
                throw new FormatException($"attribute \"{name}\" is there twice");
            }

            if (!_spans.TryGetValue(name, out var spans))
            {
                _spans[name] = spans = [];
            }

            spans.Clear();
            _names.Add(name);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw NotSpans(name);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var start)
                    || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var end)
                    || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var score)
                    || !reader.Read() || reader.TokenType != JsonTokenType.EndArray
                    || start < 0 || end < start)
                {
                    throw NotSpans(name);
                }

                spans.Add(new AttributeSpan(start, end, score));
            }

            if (reader.TokenType != JsonTokenType.EndArray)
            {
                throw NotSpans(name);
            }
        }
    }

    private static FormatException NotSpans(string name) => new($"attribute \"{name}\" is not a list of [start, end, score]");
}
