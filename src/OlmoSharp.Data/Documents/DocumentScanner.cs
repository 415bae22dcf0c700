namespace OlmoSharp.Data.Documents;

/// <summary>
/// Reads the rows of a document file, plain or compressed (<c>.gz</c>, <c>.zst</c>), as bytes. Whatever is wrong with a line or with the compression is a
/// <see cref="DataException"/> that names file, line and reason; a truncated file is never taken for a shorter one. Empty lines are passed over.
/// </summary>
public sealed class DocumentScanner : IDisposable
{
    private readonly string _path;
    private readonly QuarantineFile? _quarantine;
    private readonly Stream _stream;
    private readonly LineReader _lines;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file of JSON lines; the extension tells the compression.</param>
    /// <param name="quarantine">Where lines that are no documents go; null: such a line is an error.</param>
    /// <exception cref="DataException">The file cannot be opened.</exception>
    public DocumentScanner(string path, QuarantineFile? quarantine = null)
    {
        _path = path;
        _quarantine = quarantine;
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

    /// <summary>Reads the next document into a view. Returns false at the end of the file.</summary>
    /// <param name="view">Is filled; its earlier content is gone.</param>
    /// <exception cref="DataException">The line is not a document with <c>id</c>, <c>text</c> and <c>source</c>, or the file is damaged or truncated.</exception>
    public bool Read(DocumentView view)
    {
        while (TryReadLine(out var line))
        {
            try
            {
                view.Parse(line);
                var missing = !view.HasId ? "id" : !view.HasText ? "text" : !view.HasSource ? "source" : null;
                if (missing is not null)
                {
                    throw new FormatException($"the document has no \"{missing}\"; it needs \"id\", \"text\" and \"source\"");
                }

                view.LineNumber = LineNumber;
                return true;
            }
            catch (FormatException error) when (_quarantine is not null)
            {
                _quarantine.Add(_path, LineNumber, error.Message, line.Span);
            }
            catch (FormatException error)
            {
                throw At(error);
            }
        }

        return false;
    }

    /// <summary>Reads the next line that is not empty.</summary>
    internal bool TryReadLine(out ReadOnlyMemory<byte> line)
    {
        try
        {
            while (_lines.TryReadLine(out line))
            {
                if (LineNumber == 1 && line.Span.StartsWith(ByteOrderMark))
                {
                    line = line[ByteOrderMark.Length..];
                }

                if (line.Span.ContainsAnyExcept(" \t"u8))
                {
                    return true;
                }
            }

            return false;
        }
        catch (FormatException error)
        {
            throw At(error);
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _stream.Dispose();
    }

    /// <summary>The error of the line last read.</summary>
    internal DataException At(FormatException error) => new($"{_path}, line {LineNumber}: {error.Message}. Correct or remove the line.", error);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];
}
