namespace OlmoSharp.Data.Tests.LanguageModels;

/// <summary>
/// Modified Kneser–Ney written down as Chen and Goodman define it, with strings, sets and sums over the whole vocabulary: no packing, no shared tables.
/// A symbol is a character: U+0000 … U+00FF a byte, '$' + U+0100 the end, '^' + U+0100 a begin mark.
/// </summary>
internal sealed class NaiveKneserNey
{
    private const char End = (char)('$' + 0x100);
    private const char Begin = (char)('^' + 0x100);
    private static readonly char[] Vocabulary = [.. Enumerable.Range(0, 256).Select(value => (char)value), End];

    private readonly int _order;
    private readonly Dictionary<string, int>[] _raw;
    private readonly Dictionary<string, int>[] _adjusted;
    private readonly double[][] _discounts;

    public NaiveKneserNey(IEnumerable<byte[]> documents, int order)
    {
        _order = order;
        _raw = [.. Enumerable.Range(0, order + 1).Select(_ => new Dictionary<string, int>())];
        foreach (string text in documents.Select(document => Padded(document) + End))
        {
            for (int end = order - 1; end < text.Length; end++)
            {
                for (int length = 1; length <= order; length++)
                {
                    string nGram = text[(end - length + 1)..(end + 1)];
                    _raw[length][nGram] = _raw[length].GetValueOrDefault(nGram) + 1;
                }
            }
        }

        _adjusted = [.. Enumerable.Range(0, order + 1).Select(length => length == 0 ? [] : _raw[length].Keys.ToDictionary(nGram => nGram, Adjusted))];
        _discounts = [.. Enumerable.Range(0, order + 1).Select(length => length == 0 ? [] : Discounts(_adjusted[length].Values))];
    }

    public double Probability(byte[] beginning, int symbol)
    {
        string text = Padded(beginning);
        return Probability(text[(text.Length - (_order - 1))..], symbol == 256 ? End : (char)symbol);
    }

    private static double[] Discounts(IEnumerable<int> counts)
    {
        double[] n = [.. Enumerable.Range(0, 5).Select(i => (double)counts.Count(count => count == i))];
        if (n.AsSpan(1).Contains(0))
        {
            return [0, 0.5, 1, 1.5];
        }

        double y = n[1] / (n[1] + (2 * n[2]));
        double[] discounts = [0, 1 - (2 * y * n[2] / n[1]), 2 - (3 * y * n[3] / n[2]), 3 - (4 * y * n[4] / n[3])];
        return discounts.Where((discount, i) => (i > 0 && discount <= 0) || discount > i).Any() ? [0, 0.5, 1, 1.5] : discounts;
    }

    private int Adjusted(string nGram) => nGram.Length == _order
        ? _raw[_order][nGram]
        : _raw[nGram.Length + 1].Keys.Where(longer => longer.EndsWith(nGram, StringComparison.Ordinal)).Select(longer => longer[0]).Distinct().Count();

    private string Padded(byte[] document) => new string(Begin, _order - 1) + string.Concat(document.Select(value => (char)value));

    private double Probability(string context, char symbol)
    {
        double lower = context.Length == 0 ? 1.0 / Vocabulary.Length : Probability(context[1..], symbol);
        var counts = _adjusted[context.Length + 1];
        double[] discounts = _discounts[context.Length + 1];
        int[] following = [.. Vocabulary.Select(v => counts.GetValueOrDefault(context + v))];
        double total = following.Sum();
        if (total == 0)
        {
            return lower;
        }

        double gamma = Enumerable.Range(1, 3).Sum(i => discounts[i] * following.Count(count => i == 3 ? count >= 3 : count == i)) / total;
        int own = counts.GetValueOrDefault(context + symbol);
        return (Math.Max(own - discounts[Math.Min(own, 3)], 0) / total) + (gamma * lower);
    }
}
