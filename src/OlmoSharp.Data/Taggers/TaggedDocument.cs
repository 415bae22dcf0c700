using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers;

/// <summary>A document as taggers see it. What several taggers need of a text is found once, when the first of them asks.</summary>
public sealed class TaggedDocument
{
    private readonly TextScan _scan = new();
    private bool _isScanned;
    private DocumentView? _view;
    private string? _string;

    /// <summary>The text in UTF-8. Spans are given in bytes of it.</summary>
    public ReadOnlySpan<byte> Text => Padded.Span;

    /// <summary>The text with room after its end, for code that reads vectors.</summary>
    public PaddedText Padded { get; } = new();

    /// <summary>Code points of the text.</summary>
    public CodePoints CodePoints { get; } = new();

    /// <summary>Words, lines and paragraphs of the text.</summary>
    public TextScan Scan
    {
        get
        {
            if (!_isScanned)
            {
                _scan.Reset(Padded);
                _isScanned = true;
            }

            return _scan;
        }
    }

    /// <summary>The text as a string, for taggers that need one; costs a copy.</summary>
    public string TextString => _string ??= System.Text.Encoding.UTF8.GetString(Text);

    /// <summary>The row itself, with id, source and metadata.</summary>
    public DocumentView Row => _view ?? throw new InvalidOperationException("no document yet");

    /// <summary>Takes the next document.</summary>
    /// <param name="view">The row; must stay as it is until the next call.</param>
    public void Reset(DocumentView view)
    {
        _view = view;
        _string = null;
        _isScanned = false;
        Padded.Set(view.Text);
        CodePoints.Reset(Padded.Memory);
    }
}
