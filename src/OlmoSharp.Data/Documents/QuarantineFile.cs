using System.Text;
using System.Text.Json;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// Where the lines go that are no documents, when the user asked to go on without them: JSON lines with <c>file</c>, <c>line</c>, <c>reason</c> and the
/// line's bytes (<c>content</c> where they are UTF-8, else <c>base64</c>).
/// </summary>
/// <param name="output">The open file.</param>
public sealed class QuarantineFile(Stream output)
{
    /// <summary>How many lines went here.</summary>
    public long Count { get; private set; }

    /// <summary>Sets a line aside.</summary>
    /// <param name="file">The file it stands in.</param>
    /// <param name="lineNumber">Its number, from 1.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="line">Its bytes.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(string file, long lineNumber, string reason, ReadOnlySpan<byte> line)
    {
        using (var json = new Utf8JsonWriter(output, DocumentJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteNumber("line", lineNumber);
            json.WriteString("reason", reason);
            if (Utf8Place.FindInvalidByte(line) < 0)
            {
                json.WriteString("content", Encoding.UTF8.GetString(line));
            }
            else
            {
                json.WriteBase64String("base64", line);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        Count++;
    }
}
