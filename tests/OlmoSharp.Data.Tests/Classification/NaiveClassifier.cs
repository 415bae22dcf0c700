using System.Text;

namespace OlmoSharp.Data.Tests.Classification;

/// <summary>
/// fastText's supervised method written down plainly, in double precision: features by their numbers (words in the vocabulary's order, then buckets), the mean of their
/// vectors, softmax, and gradient descent on −log p.
/// </summary>
internal sealed class NaiveClassifier(IReadOnlyList<string> words, int wordNGrams, int minChars, int maxChars, uint buckets)
{
    public required double[][] Input { get; init; }

    public required double[][] Output { get; init; }

    public List<int> Features(string text)
    {
        var tokens = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append("</s>").ToList();
        var features = new List<int>();
        foreach (var token in tokens)
        {
            if (words.ToList().IndexOf(token) is >= 0 and var id)
            {
                features.Add(id);
            }

            if (token != "</s>")
            {
                var runes = $"<{token}>".EnumerateRunes().Select(rune => rune.ToString()).ToList();
                for (var start = 0; start < runes.Count; start++)
                {
                    for (var length = Math.Max(1, minChars); length <= maxChars && start + length <= runes.Count; length++)
                    {
                        var piece = string.Concat(runes.Skip(start).Take(length));
                        if (!(length == 1 && (start == 0 || start == runes.Count - 1)))
                        {
                            features.Add(words.Count + (int)(Hash(piece) % buckets));
                        }
                    }
                }
            }
        }

        for (var first = 0; first < tokens.Count; first++)
        {
            var hash = SignExtended(tokens[first]);
            for (var last = first + 1; last < Math.Min(tokens.Count, first + wordNGrams); last++)
            {
                hash = unchecked(hash * 116049371 + SignExtended(tokens[last]));
                features.Add(words.Count + (int)(hash % buckets));
            }
        }

        return features;
    }

    public double[] Probabilities(IReadOnlyList<int> features)
    {
        var hidden = Mean(features);
        var odds = Output.Select(row => Math.Exp(row.Zip(hidden, (a, b) => a * b).Sum())).ToArray();
        return [.. odds.Select(value => value / odds.Sum())];
    }

    public double Loss(IReadOnlyList<int> features, int label) => -Math.Log(Probabilities(features)[label]);

    /// <summary>A step against the gradient: with d = p − 1[label], that of an output row is d·hidden and that of the hidden vector the sum of d·rows.</summary>
    public void Step(IReadOnlyList<int> features, int label, double rate)
    {
        var hidden = Mean(features);
        var errors = Probabilities(features).Select((p, i) => p - (i == label ? 1 : 0)).ToArray();
        var back = hidden.Select((_, k) => errors.Select((error, i) => error * Output[i][k]).Sum()).ToArray();
        for (var i = 0; i < errors.Length; i++)
        {
            for (var k = 0; k < hidden.Length; k++)
            {
                Output[i][k] -= rate * errors[i] * hidden[k];
            }
        }

        foreach (var feature in features)
        {
            for (var k = 0; k < hidden.Length; k++)
            {
                Input[feature][k] -= rate * back[k] / features.Count;
            }
        }
    }

    private double[] Mean(IReadOnlyList<int> features) => [.. Enumerable.Range(0, Output[0].Length).Select(k => features.Average(feature => Input[feature][k]))];

    // FNV-1a, but with each byte extended as a signed number.
    private static uint Hash(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, (hash, value) => unchecked((hash ^ (value < 128 ? value : value | 0xFFFFFF00u)) * 16777619u));

    private static ulong SignExtended(string token) => Hash(token) is var hash && hash < 1u << 31 ? hash : hash | 0xFFFFFFFF00000000;
}
