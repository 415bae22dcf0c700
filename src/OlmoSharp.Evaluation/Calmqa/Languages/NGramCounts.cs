namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>How often n-grams of 1 to <see cref="Longest"/> characters occur in the words of one language, borders of words counted as a space.</summary>
internal sealed class NGramCounts
{
    /// <summary>The most characters of an n-gram.</summary>
    public const int Longest = 5;

    private readonly Dictionary<string, int> _counts = [];

    /// <summary>How often each n-gram occurs.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Letters counted.</summary>
    public int Letters { get; private set; }

    /// <summary>Counts the words of a text that are in a writing system.</summary>
    /// <param name="words">The text's words.</param>
    /// <param name="system">Words in others are passed over.</param>
    public void Add(TextWords words, WritingSystem system)
    {
        var lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> buffer = stackalloc char[256];
        foreach (var (word, times) in words.Counts)
        {
            if (word.Length + 2 > buffer.Length || TextWords.SystemOf(word) != system)
            {
                continue;
            }

            var padded = Padded(word, buffer);
            Letters += word.Length * times;
            for (var end = 1; end < padded.Length; end++)
            {
                for (var length = 1; length <= Longest && length <= end + 1; length++)
                {
                    var key = padded.Slice(end + 1 - length, length);
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lookup, key, out _) += times;
                }
            }
        }
    }

    /// <summary>The n-grams to keep: the most frequent, and of equally frequent ones the shortest; one that occurs once says little unless there is little text.</summary>
    /// <param name="most">How many.</param>
    public IEnumerable<KeyValuePair<string, int>> Kept(int most)
    {
        const int littleText = 30_000;
        var least = Letters < littleText ? 1 : 2;
        return _counts.Where(pair => pair.Value >= least).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most);
    }

    /// <summary>A word between spaces.</summary>
    internal static Span<char> Padded(ReadOnlySpan<char> word, Span<char> buffer)
    {
        buffer[0] = ' ';
        word.CopyTo(buffer[1..]);
        buffer[word.Length + 1] = ' ';
        return buffer[..(word.Length + 2)];
    }
}
