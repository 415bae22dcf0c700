using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Attributes;

/// <summary>
/// Reads an attribute file beside its document file: a row for every document, in their order. A row too few, too many or with another id is an
/// error, because every row after it would speak of the wrong document.
/// </summary>
public sealed class AttributeReader : IDisposable
{
    private readonly string _path;
    private readonly DocumentScanner _lines;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file of JSON lines; the extension tells the compression.</param>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public AttributeReader(string path)
    {
        _path = path;
        _lines = new DocumentScanner(path);
    }

    /// <summary>Reads the next document's row.</summary>
    /// <param name="row">Is filled; its earlier content is gone.</param>
    /// <param name="document">The document it must belong to.</param>
    /// <exception cref="DataException">The file ends, is damaged, or the row is another document's.</exception>
    public void Read(AttributeRow row, DocumentView document)
    {
        var line = ReadLine(document);
        try
        {
            row.Parse(line.Span);
        }
        catch (FormatException error)
        {
            throw _lines.At(error);
        }

        CheckId(row.Id, document);
    }

    /// <summary>Reads the next document's row as bytes.</summary>
    /// <param name="view">Is filled; its earlier content is gone.</param>
    /// <param name="document">The document it must belong to.</param>
    /// <exception cref="DataException">The file ends, is damaged, or the row is another document's.</exception>
    internal void Read(AttributeView view, DocumentView document)
    {
        var line = ReadLine(document);
        try
        {
            view.Parse(line);
        }
        catch (FormatException error)
        {
            throw _lines.At(error);
        }

        CheckId(view.Id, document);
    }

    /// <summary>Reads the next row whatever document it belongs to. Returns false at the end of the file.</summary>
    /// <param name="view">Is filled; its earlier content is gone.</param>
    /// <exception cref="DataException">The file is damaged.</exception>
    internal bool TryRead(AttributeView view)
    {
        if (!_lines.TryReadLine(out var line))
        {
            return false;
        }

        try
        {
            view.Parse(line);
            return true;
        }
        catch (FormatException error)
        {
            throw _lines.At(error);
        }
    }

    private ReadOnlyMemory<byte> ReadLine(DocumentView document)
    {
        if (!_lines.TryReadLine(out var line))
        {
            throw new DataException(
                $"{_path}: ends after {_lines.LineNumber} lines, but document {Show(document.Id)} on line {document.LineNumber} of its file has no row. Run the job that makes this file again.");
        }

        return line;
    }

    private void CheckId(ReadOnlySpan<byte> id, DocumentView document)
    {
        if (!document.Id.SequenceEqual(id))
        {
            throw new DataException(
                $"{_path}, line {_lines.LineNumber}: is about document {Show(id)}, but line {document.LineNumber} of the document file is {Show(document.Id)}. Run the job that makes this file again.");
        }
    }

    /// <summary>Checks that no row is left.</summary>
    /// <exception cref="DataException">There is one more row than documents.</exception>
    public void ExpectEnd()
    {
        if (_lines.TryReadLine(out _))
        {
            throw new DataException($"{_path}, line {_lines.LineNumber}: there are more rows than documents. Run the job that makes this file again.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    /// <summary>The error of the row last read.</summary>
    internal DataException At(FormatException error) => _lines.At(error);

    private static string Show(ReadOnlySpan<byte> id) => $"\"{System.Text.Encoding.UTF8.GetString(id)}\"";
}
