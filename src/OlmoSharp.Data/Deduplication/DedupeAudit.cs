using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication;

/// <summary>
/// Writes down every duplicate as a JSON line: <c>{"id":…,"source":…,"span":[start,end,score],"text":…,"first":{"file":…,"id":…}}</c>; <c>first</c>, the
/// first occurrence, only where it is known. Its file is the path below the folder of documents.
/// </summary>
/// <param name="output">The open file.</param>
/// <param name="otherName">What the document that is kept in its stead is called: <c>first</c>, or <c>kept</c> where that is another than the first.</param>
/// <param name="files">The files of all shards, as they are to be named.</param>
/// <param name="idFiles">The identifiers of the documents of all shards; none where first occurrences are not known.</param>
internal sealed class DedupeAudit(Stream output, string otherName, IReadOnlyList<string> files, IReadOnlyList<string> idFiles) : IDisposable
{
    private readonly OpenFiles<DocumentIdFile> _ids = new(shard => new DocumentIdFile(idFiles[shard]));

    public void Add(DocumentView document, AttributeSpan span, ReadOnlySpan<byte> text, KeyOrigin? first)
    {
        using (var json = new Utf8JsonWriter(output, DocumentJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, document.Id);
            json.WriteString("source"u8, document.Source);
            json.WriteStartArray("span"u8);
            json.WriteNumberValue(span.Start);
            json.WriteNumberValue(span.End);
            json.WriteNumberValue(span.Score);
            json.WriteEndArray();
            json.WriteString("text"u8, text);
            if (first is { } origin)
            {
                json.WriteStartObject(otherName);
                json.WriteString("file"u8, files[(int)origin.Shard]);
                json.WriteString("id"u8, _ids[(int)origin.Shard].Read(origin.Document));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _ids.Dispose();
}
