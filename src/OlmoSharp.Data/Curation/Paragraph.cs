namespace OlmoSharp.Data.Curation;

/// <summary>How a paragraph is treated.</summary>
internal enum ParagraphKind
{
    /// <summary>Compared with others.</summary>
    Body,

    /// <summary>Too short to be a duplicate.</summary>
    Short,

    /// <summary>Begins with a heading; never a duplicate, but nothing without a text beneath.</summary>
    Heading,
}

/// <summary>A paragraph of a document with the hashes by which it is compared.</summary>
/// <param name="Place">Where it is in the text, with the blank lines after it.</param>
/// <param name="Kind">How it is treated.</param>
/// <param name="Exact">The hash of its text, for a body.</param>
/// <param name="Template">The hash of its template, for a body.</param>
internal readonly record struct Paragraph(Range Place, ParagraphKind Kind, UInt128 Exact, UInt128 Template)
{
    /// <summary>Splits and hashes a text.</summary>
    public static Paragraph[] Of(string text, int minCharacters) =>
        [.. ParagraphSplitter.Split(text).Select(place =>
        {
            var paragraph = text.AsSpan(place).Trim();
            if (paragraph.StartsWith('#'))
            {
                return new Paragraph(place, ParagraphKind.Heading, default, default);
            }

            return paragraph.Length < minCharacters
                ? new Paragraph(place, ParagraphKind.Short, default, default)
                : new Paragraph(place, ParagraphKind.Body, TextFingerprint.Exact(paragraph), TextFingerprint.Template(paragraph));
        })];
}
