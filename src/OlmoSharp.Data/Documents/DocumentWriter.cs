using System.Buffers;
using System.Text.Json;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// Writes documents to a JSONL file, compressed as its extension says (<c>.zst</c>, <c>.gz</c>, else plain).
/// The bytes depend on the documents alone. The file appears under its name only with <see cref="Complete"/>,
/// when all of it is on the disk; a writer that is disposed before leaves nothing.
/// </summary>
public sealed class DocumentWriter : IDisposable
{
    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly Stream _compressed;
    private readonly ArrayBufferWriter<byte> _row = new(1 << 14);
    private readonly Utf8JsonWriter _json;

    /// <summary>Starts a file; its folder is made where missing.</summary>
    /// <param name="path">The final name; the extension tells the compression.</param>
    /// <exception cref="DataException">The file cannot be made.</exception>
    public DocumentWriter(string path)
    {
        _path = path;
        try
        {
            _file = new AtomicFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }

        _compressed = CompressedStream.WrapForWriting(_file.Stream, path);
        _json = new Utf8JsonWriter(_row, DocumentJson.WriterOptions);
    }

    /// <summary>How many documents have been written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The final name; the extension tells the compression.</param>
    /// <param name="documents">The documents, in order.</param>
    public static void WriteFile(string path, IEnumerable<Document> documents)
    {
        using var writer = new DocumentWriter(path);
        foreach (var document in documents)
        {
            writer.Write(document);
        }

        writer.Complete();
    }

    /// <summary>Writes the next document.</summary>
    /// <exception cref="DataException">A string of the document is not valid Unicode, or the disk refuses.</exception>
    public void Write(Document document)
    {
        _row.ResetWrittenCount();
        _json.Reset();
        try
        {
            DocumentJson.Write(document, _json);
        }
        catch (FormatException error)
        {
            throw new DataException($"{_path}: document {document.Source}/{document.Id} cannot be written: {error.Message}.", error);
        }

        _row.Write("\n"u8);
        try
        {
            _compressed.Write(_row.WrittenSpan);
        }
        catch (IOException error)
        {
            throw CannotWrite(error);
        }

        Count++;
    }

    /// <summary>Finishes the file, flushes it to the disk and gives it its name, replacing a file of that name.</summary>
    /// <exception cref="DataException">The disk refuses.</exception>
    public void Complete()
    {
        try
        {
            if (_compressed != _file.Stream)
            {
                _compressed.Dispose();
            }

            if (_file.Stream.Position == 0 && Path.GetExtension(_path) == ".gz")
            {
                _file.Stream.Write(CompressedStream.EmptyGzip);
            }

            _file.Complete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        try
        {
            _compressed.Dispose();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The compressor's last bytes go to a file that is about to be deleted.
        }

        _file.Dispose();
    }

    private DataException CannotWrite(Exception error) =>
        new($"{_path}: cannot be written after {Count} documents: {error.Message} Free the disk or choose another folder.", error);
}
