using System.Globalization;
using System.Text;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>
/// Which paragraphs of a text are looked for in training data, and by what: lines, compared byte by byte, as in Paloma (Magnusson et al. 2023, section 3.1). Shorter ones than
/// <see cref="MinWords"/>, and those of nothing but punctuation, symbols and white space, are found anywhere and say nothing.
/// </summary>
/// <param name="MinWords">The fewest words, by the word boundaries of Unicode (UAX #29), punctuation among them. Paloma's number is 13.</param>
public sealed record ParagraphRule(int MinWords = 13)
{
    private static ReadOnlySpan<byte> Separator => "\n"u8;

    /// <summary>The hashes of the paragraphs that are looked for, in their order.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="seed">The seed of the hash.</param>
    internal IReadOnlyList<KeyHash> Keys(ReadOnlySpan<byte> text, ulong seed = 0)
    {
        List<KeyHash> keys = [];
        for (var position = 0; ParagraphScanner.TryNext(text, Separator, ref position, out var paragraph);)
        {
            if (UnicodeWords.Count(paragraph, MinWords) >= MinWords && Says(paragraph))
            {
                keys.Add(KeyHash.Of(paragraph, seed));
            }
        }

        return keys;
    }

    /// <summary>Calls for the hash of each paragraph of a training text; which of them say enough need not be known.</summary>
    internal static void All(ReadOnlySpan<byte> text, Action<KeyHash> found)
    {
        for (var position = 0; ParagraphScanner.TryNext(text, Separator, ref position, out var paragraph);)
        {
            found(KeyHash.Of(paragraph));
        }
    }

    private static bool Says(ReadOnlySpan<byte> paragraph)
    {
        while (Rune.DecodeFromUtf8(paragraph, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
            {
                return true;
            }

            paragraph = paragraph[length..];
        }

        return false;
    }
}
