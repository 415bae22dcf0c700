using System.Text;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Classification;

/// <summary>The labelled texts of files, in the ordinal order of their paths for each input.</summary>
public sealed class LabelledTexts
{
    private static readonly string[] TextExtensions = [".txt", ".txt.gz", ".txt.zst"];

    private readonly IReadOnlyList<(string Path, string? Label)> _files;
    private readonly JsonKeyPath? _key;
    private readonly bool _splitsParagraphs;
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>Finds the files.</summary>
    /// <param name="inputs">Where they are.</param>
    /// <param name="labelPath">Where documents say their label, such as <c>$.metadata.label</c> or <c>$.source</c>; null where no document does.</param>
    /// <param name="splitsParagraphs">Whether each paragraph of a document, a line that is not white space alone, is a text by itself.</param>
    /// <exception cref="DataException">There are no files, a file is there twice, or nothing says the label of documents.</exception>
    public LabelledTexts(IReadOnlyList<LabelledInput> inputs, string? labelPath = null, bool splitsParagraphs = false)
    {
        _files = [.. inputs.SelectMany(input => DocumentPatterns.Expand([input.Path]).Select(path => (path, Checked(input.Label, "--class"))))];
        if (_files.GroupBy(file => Path.GetFullPath(file.Path)).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataException($"{twice.First().Path}: is given twice. Give every file once, with one label.");
        }

        if (labelPath is null && _files.FirstOrDefault(file => file.Label is null && !IsText(file.Path)) is { Path: not null } unlabelled)
        {
            throw new DataException(
                $"{unlabelled.Path}: nothing says the labels of these documents. Give the place of the label in each with --label, as in --label '$.metadata.label', or one for all of them with --class LABEL=PATH.");
        }

        _key = labelPath is null ? null : new JsonKeyPath(labelPath, "--label");
        _splitsParagraphs = splitsParagraphs;
    }

    /// <summary>Reads all texts. Each is valid until the next is asked for.</summary>
    /// <exception cref="DataException">A file is damaged, or a text has no label.</exception>
    public IEnumerable<LabelledText> Read() =>
        _files.SelectMany(file => IsText(file.Path) ? ReadLines(file.Path, file.Label) : ReadDocuments(file.Path, file.Label));

    private IEnumerable<LabelledText> ReadDocuments(string path, string? label)
    {
        using var reader = new DocumentScanner(path);
        var view = new DocumentView();
        while (reader.Read(view))
        {
            var text = new LabelledText(label ?? LabelOf(view, path), view.TextMemory, path, view.LineNumber);
            if (!_splitsParagraphs)
            {
                yield return text;
                continue;
            }

            foreach (var paragraph in Paragraphs(text.Text))
            {
                yield return text with { Text = paragraph };
            }
        }
    }

    private IEnumerable<LabelledText> ReadLines(string path, string? label)
    {
        using var reader = new DocumentScanner(path);
        while (reader.TryReadLine(out var line))
        {
            var (own, text) = label is null ? Split(line, path, reader.LineNumber) : (label, line);
            yield return new LabelledText(own, text, path, reader.LineNumber);
        }
    }

    private string LabelOf(DocumentView document, string path)
    {
        try
        {
            return _key!.TryFind(document, out var label)
                ? Intern(Checked(Encoding.UTF8.GetString(label), $"{path}, line {document.LineNumber}")!)
                : throw new DataException($"{path}, line {document.LineNumber}: the document has no label. Add it, or give another place with --label.");
        }
        catch (FormatException error)
        {
            throw new DataException($"{path}, line {document.LineNumber}: {error.Message}. A label is a text.", error);
        }
    }

    private (string Label, ReadOnlyMemory<byte> Text) Split(ReadOnlyMemory<byte> line, string path, long number)
    {
        var prefix = ClassifierVocabulary.LabelPrefix;
        var bytes = line.Span;
        var place = $"{path}, line {number}";
        if (Utf8Place.FindInvalidByte(bytes) is >= 0 and var invalid)
        {
            throw new DataException($"{place}: invalid UTF-8 at byte {invalid} of the line. Correct or remove the line.");
        }

        var start = bytes.StartsWith(prefix) ? prefix.Length : throw new DataException($"{place}: does not begin with __label__NAME. Begin each line so, or give one label for all with --class LABEL=PATH.");
        var end = start;
        while (end < bytes.Length && !FastTextWords.IsSpace(bytes[end]))
        {
            end++;
        }

        var text = line[end..];
        return text.Span.TrimStart(" \t"u8).StartsWith(prefix)
            ? throw new DataException($"{place}: has several labels. Give it one.")
            : (Intern(Checked(Encoding.UTF8.GetString(bytes[start..end]), place)!), text);
    }

    private string Intern(string label) => _labels.TryGetValue(label, out var known) ? known : _labels[label] = label;

    private static string? Checked(string? label, string place) => label is null || (label.Length > 0 && !label.Any(c => c <= ' ' && FastTextWords.IsSpace((byte)c)))
        ? label
        : throw new DataException($"{place}: the label \"{label}\" is empty or has white space in it. Use a name such as high_quality.");

    private static IEnumerable<ReadOnlyMemory<byte>> Paragraphs(ReadOnlyMemory<byte> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.Span.IndexOf((byte)'\n');
            var paragraph = end < 0 ? text : text[..end];
            if (!Texts.WhiteSpace.Trim(paragraph.Span).IsEmpty)
            {
                yield return paragraph;
            }

            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    private static bool IsText(string path) => TextExtensions.Any(extension => path.EndsWith(extension, StringComparison.Ordinal));
}
