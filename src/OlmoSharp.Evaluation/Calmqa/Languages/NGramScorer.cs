using System.Runtime.InteropServices;

namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>
/// The log-probability of a word in every language: a model of characters given up to four before, interpolated with shorter ones by Witten and Bell's rule (the share of an unseen character
/// is that of the different characters seen, C. 1991, "The zero-frequency problem").
/// </summary>
internal sealed class NGramScorer
{
    /// <summary>The probability of a character of which nothing is known.</summary>
    private const double Unknown = 1.0 / 1000;

    private readonly int _languages;
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly Dictionary<string, Slot>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly Weight[] _shares;
    private readonly Weight[] _backoffs;

    /// <summary>Prepares counts.</summary>
    /// <param name="languages">How many languages there are.</param>
    /// <param name="entries">The counts.</param>
    public NGramScorer(int languages, IReadOnlyList<NGramEntry> entries)
    {
        _languages = languages;
        _lookup = _slots.GetAlternateLookup<ReadOnlySpan<char>>();

        // What follows each context in each language: how often what was kept, and how many different characters.
        var contexts = new Dictionary<string, Dictionary<int, Context>> { [""] = [] };
        var lookup = contexts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var entry in entries)
        {
            ref var context = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, entry.Text.AsSpan(0, entry.Text.Length - 1), out _);
            context ??= [];
            foreach (var (language, count) in entry.Counts)
            {
                ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(context, language, out _);
                seen = new(seen.Kept + count, seen.Kinds + 1, 0);
            }
        }

        // Rare n-grams are not kept, so that the context's own count may be more than what follows it: the rest is for the unseen too.
        foreach (var entry in entries)
        {
            if (contexts.TryGetValue(entry.Text, out var context))
            {
                foreach (var (language, count) in entry.Counts)
                {
                    if (context.TryGetValue(language, out var seen))
                    {
                        context[language] = seen with { Total = count };
                    }
                }
            }
        }

        var shares = new List<Weight>();
        foreach (var entry in entries)
        {
            var start = shares.Count;
            var context = lookup[entry.Text.AsSpan(0, entry.Text.Length - 1)];
            shares.AddRange(entry.Counts.Select(pair => new Weight(pair.Language, (float)(pair.Count / context[pair.Language].Whole))));
            CollectionsMarshal.GetValueRefOrAddDefault(_slots, entry.Text, out _).Shares = new(start, shares.Count - start);
        }

        var backoffs = new List<Weight>();
        foreach (var (text, seen) in contexts)
        {
            var start = backoffs.Count;
            backoffs.AddRange(seen.OrderBy(pair => pair.Key).Select(pair => new Weight(pair.Key, (float)(1 - pair.Value.Kept / pair.Value.Whole))));
            CollectionsMarshal.GetValueRefOrAddDefault(_slots, text, out _).Backoffs = new(start, backoffs.Count - start);
        }

        (_shares, _backoffs) = ([.. shares], [.. backoffs]);
    }

    /// <summary>Computes the natural logarithm of a word's probability in each language, its end included.</summary>
    /// <param name="word">A word in lower case; of a very long one only the start is looked at.</param>
    /// <param name="logs">[languages].</param>
    /// <returns>How many characters were predicted.</returns>
    public int Score(ReadOnlySpan<char> word, Span<double> logs)
    {
        const int longest = 62;
        Span<char> buffer = stackalloc char[longest + 2];
        var padded = NGramCounts.Padded(word[..Math.Min(word.Length, longest)], buffer);
        Span<double> now = stackalloc double[_languages];
        Span<double> product = stackalloc double[_languages];
        product.Fill(1);
        logs.Clear();
        for (var end = 1; end < padded.Length; end++)
        {
            now.Fill(Unknown);
            for (var length = 1; length <= NGramCounts.Longest && length <= end + 1; length++)
            {
                if (!_lookup.TryGetValue(padded.Slice(end + 1 - length, length - 1), out var context) || context.Backoffs.Count == 0)
                {
                    break;
                }

                foreach (var weight in _backoffs.AsSpan(context.Backoffs.Start, context.Backoffs.Count))
                {
                    now[weight.Language] *= weight.Value;
                }

                if (_lookup.TryGetValue(padded.Slice(end + 1 - length, length), out var found))
                {
                    foreach (var weight in _shares.AsSpan(found.Shares.Start, found.Shares.Count))
                    {
                        now[weight.Language] += weight.Value;
                    }
                }
            }

            // A logarithm now and then is enough: twenty probabilities of at least 10^-13 stay within a double.
            var isLast = end == padded.Length - 1 || end % 20 == 0;
            for (var language = 0; language < product.Length; language++)
            {
                product[language] *= now[language];
                if (isLast)
                {
                    logs[language] += Math.Log(product[language]);
                    product[language] = 1;
                }
            }
        }

        return padded.Length - 1;
    }

    private readonly record struct Weight(int Language, float Value);

    private readonly record struct Range(int Start, int Count);

    private readonly record struct Context(int Kept, int Kinds, int Total)
    {
        /// <summary>What a count is divided by.</summary>
        public double Whole => Math.Max(Kept, Total) + (double)Kinds;
    }

    private record struct Slot(Range Shares, Range Backoffs);
}
