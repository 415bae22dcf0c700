namespace OlmoSharp.Data.Classification;

/// <summary>
/// Finds the features of a text exactly as fastText does for one line: its known words, hashed character n-grams of all words, hashed word n-grams, and the end of
/// the line. Words that look like labels are no words.
/// </summary>
internal sealed class FeatureExtractor
{
    private const ulong SequenceMultiplier = 116049371;
    private static readonly uint EndOfLineHash = FastTextHash.Of(ClassifierVocabulary.EndOfLine);

    private readonly ClassifierVocabulary _vocabulary;
    private readonly ClassifierShape _shape;
    private readonly IReadOnlyDictionary<int, int>? _kept;
    private readonly bool _keepsWords;
    private readonly ulong _inverse;
    private int[] _features = new int[1 << 10];
    private int[] _hashes = new int[1 << 10];
    private byte[] _word = new byte[64];
    private int _count;
    private int _words;

    /// <summary>Makes one for a thread.</summary>
    /// <param name="vocabulary">The model's words and labels.</param>
    /// <param name="shape">The model's features.</param>
    /// <param name="kept">Where only some buckets have vectors: which vector each of them has.</param>
    /// <param name="keepsWords">Whether a known word is one feature, without its character n-grams.</param>
    public FeatureExtractor(ClassifierVocabulary vocabulary, ClassifierShape shape, IReadOnlyDictionary<int, int>? kept = null, bool keepsWords = false)
    {
        (_vocabulary, _shape, _kept, _keepsWords) = (vocabulary, shape, kept, keepsWords);
        _inverse = shape.Buckets > 0 ? ulong.MaxValue / (uint)shape.Buckets + 1 : 0;
    }

    /// <summary>The features: rows of the input matrix. Valid until the next call.</summary>
    /// <param name="text">UTF-8, or any bytes.</param>
    public ReadOnlySpan<int> Extract(ReadOnlySpan<byte> text)
    {
        (_count, _words) = (0, 0);
        var words = new FastTextWords(text);
        while (words.MoveNext())
        {
            AddWord(words.Word, words.Hash);
        }

        AddWord(ClassifierVocabulary.EndOfLine, EndOfLineHash);
        AddWordNGrams();
        return _features.AsSpan(0, _count);
    }

    /// <summary>The features of a word by itself. Valid until the next call.</summary>
    public ReadOnlySpan<int> ExtractWord(ReadOnlySpan<byte> word)
    {
        (_count, _words) = (0, 0);
        AddWord(word, FastTextHash.Of(word));
        return _features.AsSpan(0, _count);
    }

    /// <summary>How many words the text had, its end included.</summary>
    public int WordCount => _words;

    private void AddWord(ReadOnlySpan<byte> word, uint hash)
    {
        var id = _vocabulary.Find(hash, word);
        if (id >= _vocabulary.Words || (id < 0 && word.StartsWith(ClassifierVocabulary.LabelPrefix)))
        {
            return;
        }

        if (id >= 0)
        {
            Add(id);
        }

        if (_shape.MaxChars > 0 && !(_keepsWords && id >= 0) && !word.SequenceEqual(ClassifierVocabulary.EndOfLine))
        {
            AddCharacterNGrams(word);
        }

        if (_words == _hashes.Length)
        {
            Array.Resize(ref _hashes, 2 * _words);
        }

        _hashes[_words++] = (int)hash;
    }

    private void AddCharacterNGrams(ReadOnlySpan<byte> inner)
    {
        if (_word.Length < inner.Length + 2)
        {
            _word = new byte[2 * inner.Length + 2];
        }

        _word[0] = (byte)'<';
        inner.CopyTo(_word.AsSpan(1));
        _word[inner.Length + 1] = (byte)'>';
        var word = _word.AsSpan(0, inner.Length + 2);
        for (var start = 0; start < word.Length; start++)
        {
            if (IsContinuation(word[start]))
            {
                continue;
            }

            var hash = FastTextHash.Start;
            var end = start;
            for (var length = 1; length <= _shape.MaxChars && end < word.Length; length++)
            {
                do
                {
                    hash = FastTextHash.Append(hash, word[end++]);
                }
                while (end < word.Length && IsContinuation(word[end]));

                // The marks of a word's start and end are no n-grams by themselves.
                if (length >= _shape.MinChars && (length > 1 || (start > 0 && end < word.Length)))
                {
                    AddBucket(Remainder(hash));
                }
            }
        }
    }

    private void AddWordNGrams()
    {
        for (var first = 0; first < _words; first++)
        {
            var hash = (ulong)(long)_hashes[first];
            var end = Math.Min(_words, first + _shape.WordNGrams);
            for (var last = first + 1; last < end; last++)
            {
                hash = unchecked(hash * SequenceMultiplier + (ulong)(long)_hashes[last]);
                AddBucket((int)(hash % (uint)_shape.Buckets));
            }
        }
    }

    // hash mod buckets by two multiplications (Lemire, Kaser, Kurz 2019), exact for numbers of 32 bits.
    private int Remainder(uint hash) => (int)Math.BigMul(_inverse * hash, (ulong)_shape.Buckets, out _);

    private void AddBucket(int bucket)
    {
        if (_kept is null)
        {
            Add(_vocabulary.Words + bucket);
        }
        else if (_kept.TryGetValue(bucket, out var place))
        {
            Add(_vocabulary.Words + place);
        }
    }

    private void Add(int feature)
    {
        if (_count == _features.Length)
        {
            Array.Resize(ref _features, 2 * _count);
        }

        _features[_count++] = feature;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
