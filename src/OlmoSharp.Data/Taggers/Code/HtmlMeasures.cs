using System.Buffers;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// What of an HTML page is text, and what comments, in one pass over its tags. Text is what is outside tags, comments, declarations, scripts and styles; a character reference is one character.
/// A tag, comment, script or style that nothing closes reaches to the end, as in HTML's own rules.
/// </summary>
/// <param name="Text">Code points of text.</param>
/// <param name="Comments">Code points of comments, with their marks.</param>
internal readonly record struct HtmlMeasures(int Text, int Comments)
{
    private const int LongestReference = 32;

    private static readonly SearchValues<byte> ReferenceBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#"u8);

    /// <summary>Measures a page.</summary>
    /// <param name="page">Valid UTF-8.</param>
    public static HtmlMeasures Of(ReadOnlySpan<byte> page)
    {
        var (text, comments) = (0, 0);
        for (var at = 0; at < page.Length;)
        {
            // A < that begins nothing is text.
            var end = at;
            while (end < page.Length && !IsMarkup(page, end))
            {
                end++;
                end += page[end..].IndexOf((byte)'<') is >= 0 and var next ? next : page.Length - end;
            }

            text += Characters(page[at..end]);
            at = end;
            if (at == page.Length)
            {
                break;
            }

            var isComment = page[at..].StartsWith("<!--"u8);
            end = isComment ? After(page, at + 4, "-->"u8) : page[at + 1] is (byte)'!' or (byte)'?' ? After(page, at + 2, ">"u8) : EndOfTag(page, at + 1);
            comments += isComment ? CodePoints.CountIn(page[at..end]) : 0;
            at = IsRaw(page[at..end]) is { Length: > 0 } name ? EndOfRaw(page, end, name) : end;
        }

        return new HtmlMeasures(text, comments);
    }

    private static bool IsMarkup(ReadOnlySpan<byte> page, int at) => page[at] == '<' && at + 1 < page.Length
        && (page[at + 1] is (byte)'!' or (byte)'?' || char.IsAsciiLetter((char)page[at + 1]) || (page[at + 1] == '/' && at + 2 < page.Length && char.IsAsciiLetter((char)page[at + 2])));

    private static int After(ReadOnlySpan<byte> page, int at, ReadOnlySpan<byte> end) =>
        at < page.Length && page[at..].IndexOf(end) is >= 0 and var place ? at + place + end.Length : page.Length;

    /// <summary>The place after the <c>&gt;</c> of a tag, which quotation marks after <c>=</c> hide.</summary>
    private static int EndOfTag(ReadOnlySpan<byte> page, int at)
    {
        while (page[at..].IndexOfAny((byte)'>', (byte)'=') is >= 0 and var next)
        {
            at += next + 1;
            if (page[at - 1] == '>')
            {
                return at;
            }

            while (at < page.Length && page[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')
            {
                at++;
            }

            if (at < page.Length && page[at] is (byte)'"' or (byte)'\'')
            {
                at = After(page, at + 1, page.Slice(at, 1));
            }
        }

        return page.Length;
    }

    /// <summary>The name of a start tag whose content is no markup; empty where it is another.</summary>
    private static ReadOnlySpan<byte> IsRaw(ReadOnlySpan<byte> tag) => Begins(tag, "<script"u8) ? "</script"u8 : Begins(tag, "<style"u8) ? "</style"u8 : default;

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag) => text.Length > tag.Length
        && System.Text.Ascii.EqualsIgnoreCase(text[..tag.Length], tag) && text[tag.Length] is (byte)'>' or (byte)'/' or (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f';

    private static int EndOfRaw(ReadOnlySpan<byte> page, int at, ReadOnlySpan<byte> endTag)
    {
        while (page[at..].IndexOf("</"u8) is >= 0 and var next)
        {
            at += next;
            if (Begins(page[at..], endTag))
            {
                return at;
            }

            at += 2;
        }

        return page.Length;
    }

    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = CodePoints.CountIn(text);
        while (text.IndexOf((byte)'&') is >= 0 and var next)
        {
            text = text[(next + 1)..];
            var reference = text[..Math.Min(text.Length, LongestReference)];
            var length = reference.IndexOfAnyExcept(ReferenceBytes);
            if (length > 0 && reference[length] == ';')
            {
                count -= length + 1;
                text = text[(length + 1)..];
            }
        }

        return count;
    }
}
