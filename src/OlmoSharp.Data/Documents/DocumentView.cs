using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// One row of a document file as bytes, without a string for anything: the way to read documents in bulk. A view is filled again and again by
/// <see cref="DocumentScanner.Read"/>; its spans are valid until then.
/// </summary>
public sealed class DocumentView
{
    private readonly List<(int NameStart, int NameLength, int ValueStart, int ValueLength)> _fields = [];
    private readonly Dictionary<string, string> _sources = [];
    private byte[] _unescaped = new byte[1 << 12];
    private ReadOnlyMemory<byte> _line;
    private Field _id;
    private Field _text;
    private Field _source;

    /// <summary>The row as it stands in the file, without the line's end.</summary>
    public ReadOnlySpan<byte> Line => _line.Span;

    /// <summary>The number of the row's line in its file, from 1.</summary>
    public long LineNumber { get; internal set; }

    /// <summary>The identifier in UTF-8, unescaped.</summary>
    public ReadOnlySpan<byte> Id => Bytes(_id);

    /// <summary>The text in UTF-8, unescaped.</summary>
    public ReadOnlySpan<byte> Text => Bytes(_text);

    /// <summary>The source in UTF-8, unescaped.</summary>
    public ReadOnlySpan<byte> Source => Bytes(_source);

    /// <summary>The source as a string, one for all rows of the same source.</summary>
    public string SourceName
    {
        get
        {
            var lookup = _sources.GetAlternateLookup<ReadOnlySpan<char>>();
            Span<char> name = stackalloc char[256];
            return Encoding.UTF8.TryGetChars(Source, name, out var length)
                ? lookup.TryGetValue(name[..length], out var known) ? known : _sources[name[..length].ToString()] = name[..length].ToString()
                : Encoding.UTF8.GetString(Source);
        }
    }

    internal bool HasId => _id.IsPresent;

    internal bool HasText => _text.IsPresent;

    internal bool HasSource => _source.IsPresent;

    /// <summary>How many properties the row's object has.</summary>
    public int FieldCount => _fields.Count;

    /// <summary>A property's name as it stands in the file, between its quotation marks.</summary>
    /// <param name="index">From 0, in the order of the file.</param>
    public ReadOnlySpan<byte> FieldName(int index) => Line.Slice(_fields[index].NameStart, _fields[index].NameLength);

    /// <summary>A property's value as it stands in the file, as JSON.</summary>
    /// <param name="index">From 0, in the order of the file.</param>
    public ReadOnlySpan<byte> FieldValue(int index) => Line.Slice(_fields[index].ValueStart, _fields[index].ValueLength);

    /// <summary>The place of a property in the order of the file, or −1 where the row has none of that name.</summary>
    /// <param name="name">The name, unescaped.</param>
    internal int FindField(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            var written = FieldName(i);
            if (written.SequenceEqual(name))
            {
                return i;
            }

            // Nobody writes a plain letter as an escape, but who does means the same name.
            if (written.Contains((byte)'\\'))
            {
                var reader = new Utf8JsonReader(Line.Slice(_fields[i].NameStart - 1, _fields[i].NameLength + 2));
                reader.Read();
                if (reader.ValueTextEquals(name))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    /// <summary>The memory behind <see cref="FieldName(int)"/>; valid as long as the row.</summary>
    internal ReadOnlyMemory<byte> FieldNameMemory(int index) => _line.Slice(_fields[index].NameStart, _fields[index].NameLength);

    /// <summary>The memory behind <see cref="FieldValue(int)"/>; valid as long as the row.</summary>
    internal ReadOnlyMemory<byte> FieldValueMemory(int index) => _line.Slice(_fields[index].ValueStart, _fields[index].ValueLength);

    /// <summary>The memory behind <see cref="Id"/>; valid as long as the row.</summary>
    internal ReadOnlyMemory<byte> IdMemory => Memory(_id);

    /// <summary>The memory behind <see cref="Text"/>; valid as long as the row.</summary>
    internal ReadOnlyMemory<byte> TextMemory => Memory(_text);

    /// <summary>The memory behind <see cref="Source"/>; valid as long as the row.</summary>
    internal ReadOnlyMemory<byte> SourceMemory => Memory(_source);

    /// <summary>The JSON of a property, or nothing where the row has none of that name.</summary>
    /// <param name="name">The name as it stands in the file.</param>
    public ReadOnlySpan<byte> FieldValue(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            if (FieldName(i).SequenceEqual(name))
            {
                return FieldValue(i);
            }
        }

        return default;
    }

    /// <summary>A string or number of the row's metadata, such as <c>url</c>, as a string; null where there is none.</summary>
    /// <param name="name">The property's name inside <c>metadata</c>.</param>
    /// <exception cref="FormatException">The string is not valid Unicode.</exception>
    public string? Metadata(string name)
    {
        var buffer = new ArrayBufferWriter<byte>();
        return TryGetMetadata(Encoding.UTF8.GetBytes(name), buffer, out var value) ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>Finds a string or number of the row's metadata, such as <c>url</c>.</summary>
    /// <param name="name">The property's name inside <c>metadata</c>.</param>
    /// <param name="buffer">Is emptied; takes a value that has to be unescaped.</param>
    /// <param name="value">The value in UTF-8, unescaped; valid as long as row and buffer are.</param>
    /// <exception cref="FormatException">The string is not valid Unicode.</exception>
    public bool TryGetMetadata(ReadOnlySpan<byte> name, ArrayBufferWriter<byte> buffer, out ReadOnlySpan<byte> value)
    {
        value = default;
        var metadata = FieldValue("metadata"u8);
        if (metadata.IsEmpty || metadata[0] != '{')
        {
            return false;
        }

        var reader = new Utf8JsonReader(metadata);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                value = reader.ValueIsEscaped ? Unescape(reader, name, buffer) : reader.ValueSpan;
                return reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
            }

            reader.Skip();
        }

        return false;
    }

    private static ReadOnlySpan<byte> Unescape(scoped in Utf8JsonReader reader, ReadOnlySpan<byte> name, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        try
        {
            buffer.Advance(reader.CopyString(buffer.GetSpan(reader.ValueSpan.Length)));
            return buffer.WrittenSpan;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"\"{Encoding.UTF8.GetString(name)}\" in \"metadata\" is not valid Unicode (half a surrogate pair)", error);
        }
    }

    /// <summary>Reads a row. Errors are <see cref="FormatException"/>s without a place.</summary>
    internal void Parse(ReadOnlyMemory<byte> line)
    {
        _line = line;
        _fields.Clear();
        (_id, _text, _source) = (default, default, default);
        var utf8 = line.Span;
        var invalid = Utf8Place.FindInvalidByte(utf8);
        if (invalid >= 0)
        {
            throw new FormatException($"invalid UTF-8 at byte {invalid} of the line");
        }

        if (_unescaped.Length < utf8.Length)
        {
            _unescaped = new byte[Math.Max(utf8.Length, 2 * _unescaped.Length)];
        }

        var used = 0;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the line is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (nameStart, nameLength) = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                var known = reader.ValueTextEquals("id"u8) ? "id" : reader.ValueTextEquals("text"u8) ? "text" : reader.ValueTextEquals("source"u8) ? "source" : null;
                reader.Read();
                var valueStart = (int)reader.TokenStartIndex;
                switch (known)
                {
                    case "id":
                        ReadString(ref reader, ref _id, known, ref used);
                        break;
                    case "text":
                        ReadString(ref reader, ref _text, known, ref used);
                        break;
                    case "source":
                        ReadString(ref reader, ref _source, known, ref used);
                        break;
                    default:
                        reader.Skip();
                        break;
                }

                _fields.Add((nameStart, nameLength, valueStart, (int)reader.BytesConsumed - valueStart));
            }

            // Reading past the closing brace makes the reader reject anything that follows it.
            reader.Read();
        }
        catch (JsonException error)
        {
            throw new FormatException($"invalid JSON at byte {error.BytePositionInLine}", error);
        }
        catch (InvalidOperationException error)
        {
            // A \uD800 escape without its other half.
            throw new FormatException("a JSON string is not valid Unicode (half a surrogate pair)", error);
        }
    }

    private void ReadString(ref Utf8JsonReader reader, ref Field field, string name, ref int used)
    {
        if (field.IsPresent)
        {
            throw new FormatException($"\"{name}\" is there twice");
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case not JsonTokenType.String:
                throw new FormatException($"\"{name}\" is not a string");
        }

        if (!reader.ValueIsEscaped)
        {
            field = new Field(InLine: true, (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            return;
        }

        var length = reader.CopyString(_unescaped.AsSpan(used));
        field = new Field(InLine: false, used, length);
        used += length;
    }

    private ReadOnlySpan<byte> Bytes(Field field) => Memory(field).Span;

    private ReadOnlyMemory<byte> Memory(Field field) => !field.IsPresent ? default
        : field.InLine ? _line.Slice(field.Start, field.Length)
        : _unescaped.AsMemory(field.Start, field.Length);

    private readonly struct Field(bool InLine, int Start, int Length)
    {
        public bool InLine { get; } = InLine;

        public int Start { get; } = Start;

        public int Length { get; } = Length;

        public bool IsPresent { get; } = true;
    }
}
