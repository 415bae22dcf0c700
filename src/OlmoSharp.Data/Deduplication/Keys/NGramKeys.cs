using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>
/// The different word n-grams of every paragraph. An n-gram that a paragraph has several times is one key: what a paragraph repeats of itself was not seen before it.
/// A paragraph of fewer than two n-grams is compared as a whole; its n-gram, if it has one, is still made known to others.
/// </summary>
internal sealed class NGramKeys(byte[] separator, NGramDedupeConfig config, KeyRules rules) : KeySource(rules)
{
    // Ends a word in the bytes that are hashed; UTF-8 never has it, so that different words never give the same bytes.
    private const byte WordEnd = 0xFF;

    private readonly int _stride = Math.Max(1, config.Stride);
    private readonly List<int> _starts = [];
    private readonly KeyHashSet _keys = new();
    private byte[] _words = new byte[1 << 12];
    private int _length;

    public override void Write(DocumentView document, KeyWriter keys)
    {
        var text = document.Text;
        for (var position = 0; ParagraphScanner.TryNext(text, separator, ref position, out var paragraph);)
        {
            WriteParagraph(paragraph, keys);
        }
    }

    private void WriteParagraph(ReadOnlySpan<byte> paragraph, KeyWriter keys)
    {
        if (Rules.Judge(paragraph) is not KeyKind.Whole and var passedOver)
        {
            keys.Skip(passedOver);
            return;
        }

        FindWords(paragraph);
        var words = _starts.Count;
        _starts.Add(_length);
        var count = words < config.NgramLength ? 0 : (words - config.NgramLength) / _stride + 1;
        if (count < 2 && config.SkipShortParagraphs)
        {
            keys.Skip(KeyKind.TooFewNGrams);
            return;
        }

        _keys.Reset(count + 1);
        for (var i = 0; i < count; i++)
        {
            var start = i * _stride;
            _keys.Add(Rules.Hash(_words.AsSpan(_starts[start].._starts[start + config.NgramLength])));
        }

        if (count < 2)
        {
            _keys.Add(Rules.Hash(paragraph));
        }

        keys.Add(count < 2 ? KeyKind.NGramAndWhole : KeyKind.NGrams, _keys.Keys);
    }

    private void FindWords(ReadOnlySpan<byte> paragraph)
    {
        _starts.Clear();
        _length = 0;
        if (_words.Length < 2 * paragraph.Length)
        {
            _words = new byte[4 * paragraph.Length];
        }

        for (var position = 0; UnicodeWords.TryNext(paragraph, ref position, out var start);)
        {
            _starts.Add(_length);
            paragraph[start..position].CopyTo(_words.AsSpan(_length));
            _length += position - start;
            _words[_length++] = WordEnd;
        }
    }
}
