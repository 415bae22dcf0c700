using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Data.Documents;

/// <summary>One document as one JSON object in UTF-8. Errors are <see cref="FormatException"/>s without a place; the caller knows file and line.</summary>
internal static class DocumentJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The writer's options: text stays readable UTF-8 instead of escape sequences.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads one row. Properties other than the document's own are passed over, as Dolma files carry many.</summary>
    public static DocumentRow Read(ReadOnlySpan<byte> utf8)
    {
        var invalid = Utf8Place.FindInvalidByte(utf8);
        if (invalid >= 0)
        {
            throw new FormatException($"invalid UTF-8 at byte {invalid} of the line");
        }

        string? id = null, text = null, source = null, added = null, created = null;
        JsonObject? metadata = null;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the line is not a JSON object");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    id = ReadString(ref reader, "id");
                }
                else if (reader.ValueTextEquals("text"u8))
                {
                    text = ReadString(ref reader, "text");
                }
                else if (reader.ValueTextEquals("source"u8))
                {
                    source = ReadString(ref reader, "source");
                }
                else if (reader.ValueTextEquals("added"u8))
                {
                    added = ReadString(ref reader, "added");
                }
                else if (reader.ValueTextEquals("created"u8))
                {
                    created = ReadString(ref reader, "created");
                }
                else if (reader.ValueTextEquals("metadata"u8))
                {
                    reader.Read();
                    metadata = reader.TokenType switch
                    {
                        JsonTokenType.Null => null,
                        JsonTokenType.StartObject => JsonNode.Parse(ref reader)!.AsObject(),
                        _ => throw new FormatException("\"metadata\" is not an object"),
                    };
                }
                else
                {
                    reader.Skip();
                }
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

        return new DocumentRow(id, text, source, added, created, metadata);
    }

    /// <summary>Writes one row, without the line's end.</summary>
    public static void Write(Document document, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteString(writer, "id"u8, document.Id);
        WriteString(writer, "text"u8, document.Text);
        WriteString(writer, "source"u8, document.Source);
        if (document.Added is not null)
        {
            WriteString(writer, "added"u8, document.Added);
        }

        if (document.Created is not null)
        {
            WriteString(writer, "created"u8, document.Created);
        }

        if (document.Metadata is not null)
        {
            writer.WritePropertyName("metadata"u8);
            document.Metadata.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    private static string? ReadString(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Null => null,
            _ => throw new FormatException($"\"{name}\" is not a string"),
        };
    }

    private static void WriteString(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string value)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StrictUtf8.GetMaxByteCount(value.Length));
        try
        {
            // Strict, because the JSON writer would put U+FFFD in the place of half a surrogate pair without a word.
            var length = StrictUtf8.GetBytes(value, buffer);
            writer.WriteString(name, buffer.AsSpan(0, length));
        }
        catch (EncoderFallbackException error)
        {
            throw new FormatException($"\"{Encoding.UTF8.GetString(name)}\" has half a surrogate pair at UTF-16 position {error.Index}", error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>The document properties that a row has; a property that is absent or null is null.</summary>
internal sealed record DocumentRow(string? Id, string? Text, string? Source, string? Added, string? Created, JsonObject? Metadata);
