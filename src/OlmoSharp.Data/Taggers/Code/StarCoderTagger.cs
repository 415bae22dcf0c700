using System.Buffers;
using System.Globalization;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// StarCoder's measures of code as Dolma says them: whether an XML declaration is near the start, the stars of the repository, the part of the text that is comments, and the part of an HTML page
/// that is text. The language is that of <c>metadata.ext</c>, the stars are <c>metadata.max_stars_count</c>.
/// </summary>
/// <param name="version">1 or 2: they differ in what they say where there is nothing to measure.</param>
internal sealed class StarCoderTagger(int version) : ITagger
{
    private const int HasXmlTemplate = 0;
    private const int Stars = 1;
    private const int Comments = 2;
    private const int HtmlText = 3;

    private const int XmlWindow = 100;
    private const int ShortestHtmlText = 100;
    private const double NotMeasured = -1;

    // Between the limits that are set for the comments of other languages, so that none of them is dropped.
    private const double InBetween = 0.5;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } =
        ["has_xml_template_doc", "num_github_stars_doc", version == 1 ? "nl_ratio_doc" : "code_to_comment_ratio_doc", "code_to_text_ratio_html_doc"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var hasExtension = document.Row.TryGetMetadata("ext"u8, _buffer, out var extension);
        var language = CodeExtensions.LanguageOf(extension);
        spans.AddDocument(HasXmlTemplate, BeginsAsXml(document) ? 1 : 0);
        spans.AddDocument(Stars, StarsOf(document));
        var html = language == CodeLanguage.Html ? HtmlMeasures.Of(document.Text) : default;
        spans.AddDocument(Comments, CommentRatio(document, language, html));
        spans.AddDocument(HtmlText, language == CodeLanguage.Html ? TextRatio(document, html) : version == 1 && !hasExtension ? NotMeasured : 1);
    }

    private static bool BeginsAsXml(TaggedDocument document)
    {
        var declaration = "<?xml version="u8;
        var window = document.Text[..Math.Min(document.Text.Length, 4 * XmlWindow)];
        return window.IndexOf(declaration) is >= 0 and var place && document.CodePoints.Before(place + declaration.Length) <= XmlWindow;
    }

    private double StarsOf(TaggedDocument document) => document.Row.TryGetMetadata("max_stars_count"u8, _buffer, out var stars)
        && double.TryParse(stars, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && double.IsFinite(count) ? count : 0;

    private double CommentRatio(TaggedDocument document, CodeLanguage language, HtmlMeasures html)
    {
        int? comments = language switch
        {
            CodeLanguage.Python => PythonComments.Count(document.Text),
            CodeLanguage.Java => SlashComments.Count(document.Text, isJavaScript: false),
            CodeLanguage.JavaScript => SlashComments.Count(document.Text, isJavaScript: true),
            CodeLanguage.Html when version == 1 => html.Comments,
            _ => null,
        };
        return comments is null ? version == 1 ? NotMeasured : InBetween
            : document.CodePoints.Count == 0 ? NotMeasured
            : (double)comments / document.CodePoints.Count;
    }

    private static double TextRatio(TaggedDocument document, HtmlMeasures html) =>
        document.CodePoints.Count == 0 ? NotMeasured
        : html.Text <= ShortestHtmlText ? 0
        : (double)html.Text / document.CodePoints.Count;
}
