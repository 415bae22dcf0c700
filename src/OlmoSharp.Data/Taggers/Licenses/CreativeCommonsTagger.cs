using System.Buffers;
using System.Text;

namespace OlmoSharp.Data.Taggers.Licenses;

/// <summary>
/// Dolma's <c>cc_re</c> taggers: the Creative Commons licences that a page links to. The score of the n-th link is 1/2 + 1/(2n): the more there are, the less sure is which one is the page's own.
/// </summary>
/// <param name="parameters">Where to look.</param>
/// <param name="inTags">
/// Whether only the <c>href</c> of <c>a</c> and <c>link</c> and the <c>content</c> of <c>meta</c> count, and versions are told apart; else any address of a licence (not of a dedication).
/// </param>
internal sealed class CreativeCommonsTagger(CreativeCommonsParameters parameters, bool inTags) : ITagger
{
    private readonly byte[]? _metadata = parameters.Field.StartsWith("metadata.", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(parameters.Field["metadata.".Length..]) : null;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types => CreativeCommonsLicense.Types;

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var page = PageOf(document);
        var site = "creativecommons.org/"u8;
        var (from, bracket, found) = (0, -1, 0);
        while (page[from..].IndexOf(site) is >= 0 and var next)
        {
            var place = from + next;

            // Each part of the page is searched for brackets once, however many links are in a row.
            bracket = page[from..place].LastIndexOfAny((byte)'<', (byte)'>') is >= 0 and var last ? from + last : bracket;
            from = place + site.Length;
            var type = CreativeCommonsLicense.TypeOf(page[from..], inTags);
            if (type >= 0 && StartOfAddress(page, place) is >= 0 and var start && (inTags ? bracket >= 0 && IsLink(page, bracket, start) : page[from] == 'l'))
            {
                found++;
                spans.AddDocument(type, 0.5 + 0.5 / found);
            }
        }
    }

    private ReadOnlySpan<byte> PageOf(TaggedDocument document) =>
        _metadata is null ? document.Text
        : document.Row.TryGetMetadata(_metadata, _buffer, out var page) ? page
        : throw new FormatException(
            $"the document has no {parameters.Field} to look for licences in; keep it when the documents are made (store_html_in_metadata in olmo data warc), or set field: text");

    /// <summary>Where an address begins whose site is at a place; −1 where it is no web address.</summary>
    private static int StartOfAddress(ReadOnlySpan<byte> page, int site)
    {
        var before = page[..site];
        before = before.EndsWith("www."u8) ? before[..^4] : before;
        return before.EndsWith("https://"u8) ? before.Length - 8 : before.EndsWith("http://"u8) ? before.Length - 7 : -1;
    }

    /// <summary>Whether an address is the link of a tag.</summary>
    /// <param name="page">The page.</param>
    /// <param name="bracket">The last angle bracket before the address.</param>
    /// <param name="address">The address's first byte.</param>
    private static bool IsLink(ReadOnlySpan<byte> page, int bracket, int address)
    {
        var tag = page[bracket..address];
        var value = tag.EndsWith("&quot;"u8) ? tag[..^6] : tag.TrimEnd("\"' \t\r\n"u8);
        value = value.TrimEnd(" \t\r\n"u8);
        return value.EndsWith("="u8) && (Begins(tag, "<a"u8) || Begins(tag, "<link"u8) ? Ends(value[..^1], "href"u8) : Begins(tag, "<meta"u8) && Ends(value[..^1], "content"u8));
    }

    private static bool Begins(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> name) =>
        tag.Length > name.Length && Ascii.EqualsIgnoreCase(tag[..name.Length], name) && tag[name.Length] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool Ends(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> attribute)
    {
        tag = tag.TrimEnd(" \t\r\n"u8);
        return tag.Length > attribute.Length && Ascii.EqualsIgnoreCase(tag[^attribute.Length..], attribute)
            && tag[^(attribute.Length + 1)] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)'/';
    }
}
