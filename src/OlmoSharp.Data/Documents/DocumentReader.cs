namespace OlmoSharp.Data.Documents;

/// <summary>
/// Reads documents from a JSONL file, plain or compressed (<c>.gz</c>, <c>.zst</c>), one at a time.
/// Whatever is wrong with a line or with the compression is a <see cref="DataException"/> that names file, line and reason;
/// a truncated file is never taken for a shorter one. Empty lines are passed over.
/// </summary>
public sealed class DocumentReader : IDisposable
{
    private readonly string _path;
    private readonly DocumentScanner _lines;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file of JSON lines; the extension tells the compression.</param>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public DocumentReader(string path)
    {
        _path = path;
        _lines = new DocumentScanner(path);
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
    public void Dispose() => _lines.Dispose();

    /// <summary>Reads the next row with whatever document properties it has, or null at the end of the file.</summary>
    internal DocumentRow? ReadRow()
    {
        if (!_lines.TryReadLine(out var line))
        {
            return null;
        }

        try
        {
            return DocumentJson.Read(line.Span);
        }
        catch (FormatException error)
        {
            throw _lines.At(error);
        }
    }

    /// <summary>The error for a property that the row last read should have.</summary>
    internal DataException Missing(string property) =>
        new($"{_path}, line {LineNumber}: the document has no \"{property}\". Add it: a document needs \"id\", \"text\" and \"source\".");
}
