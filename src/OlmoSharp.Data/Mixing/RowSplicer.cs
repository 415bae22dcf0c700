using System.Buffers;
using System.Globalization;
using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>Writes a mixed document: its row with other attributes, provenance and perhaps another text; every other field is copied as it stands.</summary>
internal sealed class RowSplicer
{
    private static readonly byte[] Provenance = "provenance"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _row = new(1 << 14);
    private readonly byte[][] _discarded;
    private readonly byte[] _file;

    /// <summary>Makes a splicer for the rows of one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="discarded">Fields that are left out.</param>
    public RowSplicer(string path, IReadOnlyList<string> discarded)
    {
        _discarded = [.. discarded.Select(Encoding.UTF8.GetBytes)];
        var name = new ArrayBufferWriter<byte>();
        JsonText.WriteInner(name, Encoding.UTF8.GetBytes(Path.GetFileName(path)));
        _file = name.WrittenSpan.ToArray();
    }

    /// <summary>The row of the last call with its line feed, until the next.</summary>
    public ReadOnlyMemory<byte> Row => _row.WrittenMemory;

    /// <summary>Writes a row.</summary>
    /// <param name="document">The document.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="text">Its new text; null: the text stays as it is.</param>
    /// <exception cref="FormatException">The document has two fields of the same name where one is changed.</exception>
    public void Splice(DocumentView document, AttributeJoin attributes, ReadOnlyMemory<byte>? text)
    {
        _row.ResetWrittenCount();
        var (hasAttributes, hasMetadata) = (!attributes.HasAttributes || IsDiscarded("attributes"u8), false);
        for (var i = 0; i < document.FieldCount; i++)
        {
            var written = document.FieldNameMemory(i);
            var name = JsonValue.Unescape(written).Span;
            if (IsDiscarded(name))
            {
                continue;
            }

            Begin(written.Span);
            if (name.SequenceEqual("text"u8) && text is { } changed)
            {
                JsonText.WriteString(_row, changed.Span);
            }
            else if (name.SequenceEqual("attributes"u8) && attributes.HasAttributes)
            {
                hasAttributes = Once(hasAttributes, "attributes");
                attributes.WriteTo(_row);
            }
            else if (name.SequenceEqual("metadata"u8))
            {
                hasMetadata = Once(hasMetadata, "metadata");
                WriteMetadata(document.FieldValueMemory(i), document.LineNumber);
            }
            else
            {
                _row.Write(document.FieldValue(i));
            }
        }

        if (!hasAttributes)
        {
            Begin("attributes"u8);
            attributes.WriteTo(_row);
        }

        if (!hasMetadata)
        {
            Begin("metadata"u8);
            WriteMetadata("{}"u8.ToArray(), document.LineNumber);
        }

        _row.Write("}\n"u8);
    }

    /// <summary>Writes a row as it came, with the reason why it is not in the mix.</summary>
    public void SpliceRemoved(DocumentView document, Removal removal)
    {
        _row.ResetWrittenCount();
        for (var i = 0; i < document.FieldCount; i++)
        {
            Begin(document.FieldName(i));
            _row.Write(document.FieldValue(i));
        }

        Begin("removed"u8);
        _row.Write("{\"reason\":"u8);
        JsonText.WriteString(_row, Encoding.UTF8.GetBytes(removal.Reason));
        if (removal.Filter is not null)
        {
            _row.Write(",\"filter\":"u8);
            JsonText.WriteString(_row, Encoding.UTF8.GetBytes(removal.Filter));
        }

        _row.Write(","u8);
        WriteProvenance(document.LineNumber);
        _row.Write("}}\n"u8);
    }

    private static bool Once(bool isThere, string name) => isThere ? throw new FormatException($"\"{name}\" is there twice") : true;

    private bool IsDiscarded(ReadOnlySpan<byte> name)
    {
        foreach (var discarded in _discarded)
        {
            if (name.SequenceEqual(discarded))
            {
                return true;
            }
        }

        return false;
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        _row.Write(_row.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        _row.Write(name);
        _row.Write("\":"u8);
    }

    private void WriteMetadata(ReadOnlyMemory<byte> metadata, long line)
    {
        _row.Write("{"u8);
        if (metadata.Span[0] == '{')
        {
            var parts = new JsonParts(metadata.Span);
            while (parts.MoveNext())
            {
                var (name, value) = (parts.Name, parts.Value);
                if (!JsonValue.Unescape(metadata.Slice(name.Start, name.Length)).Span.SequenceEqual(Provenance))
                {
                    _row.Write(metadata.Span[(name.Start - 1)..(value.Start + value.Length)]);
                    _row.Write(","u8);
                }
            }
        }

        WriteProvenance(line);
        _row.Write("}"u8);
    }

    private void WriteProvenance(long line)
    {
        _row.Write("\"provenance\":\""u8);
        _row.Write(_file);
        Span<byte> digits = stackalloc byte[24];
        digits[0] = (byte)':';
        line.TryFormat(digits[1..], out var length, provider: CultureInfo.InvariantCulture);
        _row.Write(digits[..(length + 1)]);
        _row.Write("\""u8);
    }
}
