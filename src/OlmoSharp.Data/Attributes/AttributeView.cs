using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Attributes;

/// <summary>
/// The attributes of one document as bytes: names with their values as JSON, whatever the values are. A view is filled again and again by
/// <see cref="AttributeReader"/>; its memory is valid until then.
/// </summary>
internal sealed class AttributeView
{
    private readonly List<(int NameStart, int NameLength, int ValueStart, int ValueLength)> _members = [];
    private ReadOnlyMemory<byte> _line;
    private ReadOnlyMemory<byte> _id;

    /// <summary>The document's identifier in UTF-8, unescaped.</summary>
    public ReadOnlySpan<byte> Id => _id.Span;

    /// <summary>How many attributes the row has.</summary>
    public int Count => _members.Count;

    /// <summary>The name of an attribute as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Name(int index) => _line.Slice(_members[index].NameStart, _members[index].NameLength);

    /// <summary>The value of an attribute as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Value(int index) => _line.Slice(_members[index].ValueStart, _members[index].ValueLength);

    /// <summary>An attribute with its quotation marks, colon and value as they stand in the file.</summary>
    public ReadOnlyMemory<byte> Member(int index) =>
        _line[(_members[index].NameStart - 1)..(_members[index].ValueStart + _members[index].ValueLength)];

    /// <summary>Reads a row. Errors are <see cref="FormatException"/>s without a place.</summary>
    internal void Parse(ReadOnlyMemory<byte> line)
    {
        _line = line;
        _id = default;
        _members.Clear();
        var (hasId, hasAttributes) = (false, false);
        var invalid = Utf8Place.FindInvalidByte(line.Span);
        if (invalid >= 0)
        {
            throw new FormatException($"invalid UTF-8 at byte {invalid} of the line");
        }

        try
        {
            var reader = new Utf8JsonReader(line.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the line is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    _id = reader.TokenType == JsonTokenType.String ? Unescaped(ref reader) : throw new FormatException("\"id\" is not a string");
                    hasId = true;
                }
                else if (reader.ValueTextEquals("attributes"u8))
                {
                    if (hasAttributes)
                    {
                        throw new FormatException("\"attributes\" is there twice");
                    }

                    ReadMembers(ref reader);
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

        if (!hasId || !hasAttributes)
        {
            throw new FormatException($"the row has no \"{(hasId ? "attributes" : "id")}\"");
        }
    }

    private void ReadMembers(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("\"attributes\" is not an object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (nameStart, nameLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            _members.Add((nameStart, nameLength, valueStart, (int)reader.BytesConsumed - valueStart));
        }
    }

    private ReadOnlyMemory<byte> Unescaped(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return _line.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }

        var plain = new byte[reader.ValueSpan.Length];
        return plain.AsMemory(0, reader.CopyString(plain));
    }
}
