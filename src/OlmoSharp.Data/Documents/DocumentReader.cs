namespace OlmoSharp.Data.Documents;

/// <summary>
/// Reads documents from a JSONL file, plain or compressed (<c>.gz</c>, <c>.zst</c>), one at a time.
/// Whatever is wrong with a line or with the compression is a <see cref="DataException"/> that names file, line and reason;
/// a truncated file is never taken for a shorter one. Empty lines are passed over.
/// </summary>
public sealed class DocumentReader : IDisposable
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly string _path;
    private readonly Stream _stream;
    private readonly LineReader _lines;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file of JSON lines; the extension tells the compression.</param>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public DocumentReader(string path)
    {
        _path = path;
        try
        {
            _stream = CompressedStream.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }

        _lines = new LineReader(_stream);
    }

    /// <summary>The number of the line last read, from 1.</summary>
    public long LineNumber => _lines.LineNumber;

    /// <summary>Reads a whole file lazily; the file is open while it is enumerated.</summary>
    /// <param name="path">A file of JSON lines; the extension tells the compression.</param>
    public static IEnumerable<Document> ReadFile(string path)
    {
        using var reader = new DocumentReader(path);
        while (reader.Read() is { } document)
        {
            yield return document;
        }
    }

    /// <summary>Reads the next document, or null at the end of the file.</summary>
    /// <exception cref="DataException">The line is not a document, or the file is damaged or truncated.</exception>
    public Document? Read()
    {
        if (ReadRow() is not { } row)
        {
            return null;
        }

        return new Document
        {
            Id = row.Id ?? throw Missing("id"),
            Text = row.Text ?? throw Missing("text"),
            Source = row.Source ?? throw Missing("source"),
            Added = row.Added,
            Created = row.Created,
            Metadata = row.Metadata,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _stream.Dispose();
    }

    /// <summary>Reads the next row with whatever document properties it has, or null at the end of the file.</summary>
    internal DocumentRow? ReadRow()
    {
        try
        {
            while (_lines.TryReadLine(out var line))
            {
                if (LineNumber == 1 && line.StartsWith(ByteOrderMark))
                {
                    line = line[ByteOrderMark.Length..];
                }

                if (line.ContainsAnyExcept(" \t"u8))
                {
                    return DocumentJson.Read(line);
                }
            }

            return null;
        }
        catch (FormatException error)
        {
            throw new DataException($"{_path}, line {LineNumber}: {error.Message}. Correct or remove the line.", error);
        }
        catch (Exception error) when (CompressedStream.IsDamage(error))
        {
            throw new DataException(
                $"{_path}, after line {LineNumber}: the compressed data is damaged or truncated ({error.Message}). Fetch or make the file again.",
                error);
        }
        catch (IOException error)
        {
            throw new DataException($"{_path}, after line {LineNumber}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The error for a property that the row last read should have.</summary>
    internal DataException Missing(string property) =>
        new($"{_path}, line {LineNumber}: the document has no \"{property}\". Add it: a document needs \"id\", \"text\" and \"source\".");
}
