namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Divides a text into paragraphs as Dolma does: each with the separator that ends it; after the last separator there is one more only if there is text.</summary>
internal static class ParagraphScanner
{
    /// <summary>Finds the next paragraph.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="separator">What ends a paragraph.</param>
    /// <param name="position">Where the last one ended; then the byte after this one and its separator.</param>
    /// <param name="paragraph">The paragraph without its separator.</param>
    public static bool TryNext(ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator, ref int position, out ReadOnlySpan<byte> paragraph)
    {
        var rest = text[position..];
        if (rest.IsEmpty)
        {
            paragraph = default;
            return false;
        }

        var length = separator.Length == 1 ? rest.IndexOf(separator[0]) : rest.IndexOf(separator);
        paragraph = length < 0 ? rest : rest[..length];
        position += length < 0 ? rest.Length : length + separator.Length;
        return true;
    }
}
