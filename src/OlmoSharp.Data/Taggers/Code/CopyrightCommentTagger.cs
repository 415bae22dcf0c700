using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// RedPajama's rule for the licence at the head of a file: the first <c>/* … */</c> comment if "copyright" is in it; in a text without such comments, the lines before the first that neither is
/// empty nor begins with <c>//</c>, <c>#</c> or <c>--</c>. The document's score is the part of the text that this is.
/// </summary>
internal sealed class CopyrightCommentTagger : ITagger
{
    private const int Notice = 0;
    private const int CommentBlock = 1;
    private const int Document = 2;

    private readonly PaddedText _comment = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["copyright_notice", "comment_block", "doc"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var (type, start, end) = Find(document.Text);
        var codePoints = document.CodePoints;
        if (end > start)
        {
            spans.Add(type, start, end, 1);
        }

        spans.AddDocument(Document, codePoints.Count == 0 ? -1 : (double)(codePoints.Before(end) - codePoints.Before(start)) / codePoints.Count);
    }

    private (int Type, int Start, int End) Find(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("/*"u8) is >= 0 and var start && text[(start + 2)..].IndexOf("*/"u8) is >= 0 and var length)
        {
            var end = start + length + 4;
            _comment.Set(text[start..end]);
            return AsciiSearch.Contains(_comment, "copyright"u8) ? (Notice, start, end) : default;
        }

        var (at, hasComment) = (0, false);
        while (at < text.Length && (IsComment(text[at..]) || IsEmpty(text[at..])))
        {
            hasComment |= !IsEmpty(text[at..]);
            at += text[at..].IndexOf((byte)'\n') is >= 0 and var lineEnd ? lineEnd + 1 : text.Length - at;
        }

        return hasComment ? (CommentBlock, 0, at) : default;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> line) => line.StartsWith("\n"u8) || line.StartsWith("\r\n"u8);

    private static bool IsComment(ReadOnlySpan<byte> line) => line.StartsWith("//"u8) || line.StartsWith("#"u8) || line.StartsWith("--"u8);
}
