namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// RedPajama's measures of code as Dolma says them: lengths of lines in code points, the part of the text that is letters and numbers, and letters for each token. There is one token more than
/// <c>\w+|[^\w\s]+</c> finds, as Dolma splits the text at these.
/// </summary>
internal sealed class RedPajamaTagger : ITagger
{
    private const int LongestLine = 0;
    private const int AverageLine = 1;
    private const int AlphaNumerics = 2;
    private const int LettersPerToken = 3;

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["max_line_length_doc", "avg_line_length_doc", "alnum_prop_doc", "alpha_token_prop_doc"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var measures = CodeMeasures.Of(document.Padded);
        spans.AddDocument(LongestLine, measures.LongestLine);
        spans.AddDocument(AverageLine, measures.Lines == 0 ? 0 : (double)measures.LineCodePoints / measures.Lines);
        spans.AddDocument(AlphaNumerics, document.CodePoints.Count == 0 ? 0 : (double)measures.AlphaNumerics / document.CodePoints.Count);
        spans.AddDocument(LettersPerToken, (double)measures.Letters / (measures.Tokens + 1));
    }
}
