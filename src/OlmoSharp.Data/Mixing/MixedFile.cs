using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>Reads a document file with its attribute files and makes of each document the row of the mix.</summary>
internal sealed class MixedFile : IDisposable
{
    private readonly MixStream _stream;
    private readonly MixInput _input;
    private readonly DocumentScanner _documents;
    private readonly AttributeJoin _attributes;
    private readonly DocumentView _view = new();
    private readonly JsonValue _document;
    private readonly List<SpanReplacement> _spans = [];
    private readonly TextSplicer _texts = new();
    private readonly RowSplicer _rows;

    /// <summary>Opens the files.</summary>
    /// <exception cref="DataException">One cannot be opened.</exception>
    public MixedFile(MixStream stream, MixInput input, QuarantineFile? quarantine)
    {
        _stream = stream;
        _input = input;
        _documents = new DocumentScanner(input.Documents, quarantine);
        try
        {
            _attributes = new AttributeJoin(input.Attributes, stream.Names);
        }
        catch
        {
            _documents.Dispose();
            throw;
        }

        _document = JsonValue.Of(new DocumentFields(_view, _attributes));
        _rows = new RowSplicer(input.Documents, stream.Config.Output.DiscardFields ?? []);
    }

    /// <summary>The document last read.</summary>
    public DocumentView Document => _view;

    /// <summary>The row that <see cref="Mix"/> or <see cref="Remove"/> made, with its line feed, until the next document.</summary>
    public ReadOnlyMemory<byte> Row => _rows.Row;

    /// <summary>Bytes of the text that <see cref="Mix"/> gave the document.</summary>
    public int TextLength { get; private set; }

    /// <summary>The text that <see cref="Mix"/> gave the document.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>How many parts of the text <see cref="Mix"/> replaced.</summary>
    public int Replaced { get; private set; }

    /// <summary>Reads the next document and its attributes. At the end of the file it checks that no attributes are left.</summary>
    /// <exception cref="DataException">A file is damaged or ends too early, or rows do not belong together.</exception>
    public bool Read()
    {
        if (!_documents.Read(_view))
        {
            _attributes.ExpectEnd();
            return false;
        }

        _attributes.Read(_view);
        return true;
    }

    /// <summary>Makes the row of the document last read.</summary>
    /// <returns>Null, or why the document does not get into the mix.</returns>
    /// <exception cref="DataException">A query fails, or a span lies outside the text.</exception>
    public Removal? Mix()
    {
        try
        {
            if (_stream.Include.Count > 0 && !Any(_stream.Include, includes: true, out _))
            {
                return Removal.Include;
            }

            if (Any(_stream.Exclude, includes: false, out var match))
            {
                return new Removal("exclude", match!.Text);
            }

            _spans.Clear();
            foreach (var replacer in _stream.Replacers)
            {
                replacer.Find(_document, _spans);
            }

            ReadOnlyMemory<byte>? changed = null;
            Replaced = 0;
            if (_spans.Count > 0)
            {
                Replaced = _texts.Splice(_view.Text, _spans);
                changed = _texts.Text;
            }

            Text = changed ?? _view.TextMemory;
            TextLength = Text.Length;
            if (_stream.Config.Output.MinTextLength is > 0 and var least && (TextLength < least || Trimmed(Text.Span) < least))
            {
                return Removal.Length;
            }

            _rows.Splice(_view, _attributes, changed);
            return null;
        }
        catch (FormatException error)
        {
            throw new DataException($"{_input.Documents}, line {_view.LineNumber}: {error.Message}. Correct the config, or the files it is about.", error);
        }
    }

    /// <summary>Makes the row that says why the document is not in the mix.</summary>
    public void Remove(Removal removal) => _rows.SpliceRemoved(_view, removal);

    /// <inheritdoc/>
    public void Dispose()
    {
        _attributes.Dispose();
        _documents.Dispose();
    }

    private bool Any(IReadOnlyList<DocumentQuery> queries, bool includes, out DocumentQuery? match)
    {
        foreach (var query in queries)
        {
            if (includes ? query.Includes(_document) : query.Excludes(_document))
            {
                match = query;
                return true;
            }
        }

        match = null;
        return false;
    }

    /// <summary>Bytes of a text without space around it.</summary>
    private static int Trimmed(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune))
            {
                break;
            }

            text = text[length..];
        }

        while (text.Length > 0)
        {
            Rune.DecodeLastFromUtf8(text, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune))
            {
                break;
            }

            text = text[..^length];
        }

        return text.Length;
    }
}
