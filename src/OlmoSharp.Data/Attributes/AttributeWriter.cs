using System.Buffers;
using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Attributes;

/// <summary>Writes the rows of an attribute file: <c>{"id":…,"attributes":{"NAME":[[start,end,score],…]},"source":…}</c>, one for each document, in their order.</summary>
/// <param name="output">The open file.</param>
public sealed class AttributeWriter(Stream output) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _row = new(1 << 12);
    private readonly Utf8JsonWriter _json = new(Stream.Null, DocumentJson.WriterOptions);

    /// <summary>Starts the row of a document.</summary>
    public void BeginRow(DocumentView document)
    {
        _row.ResetWrittenCount();
        _json.Reset(_row);
        _json.WriteStartObject();
        _json.WriteString("id"u8, document.Id);
        _json.WriteStartObject("attributes"u8);
    }

    /// <summary>Writes an attribute of the row.</summary>
    /// <param name="name">Its whole name.</param>
    /// <param name="spans">Its spans, in code points.</param>
    public void Write(JsonEncodedText name, ReadOnlySpan<AttributeSpan> spans)
    {
        _json.WriteStartArray(name);
        foreach (var span in spans)
        {
            _json.WriteStartArray();
            _json.WriteNumberValue(span.Start);
            _json.WriteNumberValue(span.End);
            _json.WriteNumberValue(span.Score);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
    }

    /// <summary>Ends the row.</summary>
    /// <param name="document">The document of <see cref="BeginRow"/>.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void EndRow(DocumentView document)
    {
        _json.WriteEndObject();
        _json.WriteString("source"u8, document.Source);
        _json.WriteEndObject();
        _json.Flush();
        _row.Write("\n"u8);
        output.Write(_row.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
