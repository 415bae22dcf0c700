using System.Text;
using OlmoSharp.Data.Deduplication.MinHash;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication.MinHash;

public sealed class MinHashSignerTests
{
    [Theory]
    [InlineData("One two, THREE four five six!", 2)]
    [InlineData("one", 1)]
    [InlineData("eins zwei eins zwei eins zwei eins zwei", 2)]
    [InlineData("日本語のテキスト", 4)]
    [InlineData("foo日bar1 2baz", 1)]
    [InlineData("...", 0)]
    [InlineData("", 0)]
    public void Ngrams_are_those_of_the_definition(string text, int expected)
    {
        Assert.Equal(expected, Distinct(text).Count);
        Assert.Equal(expected, NaiveSimilarity.Ngrams(text, 5).Count);
    }

    [Fact]
    public void Random_texts_have_as_many_different_ngrams_as_strings_say()
    {
        var random = new Random(4);
        for (var trial = 0; trial < 200; trial++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(2000)).Select(_ => "abc"[random.Next(3)]));
            var words = random.Next(1, 9);
            Assert.Equal(NaiveSimilarity.Ngrams(text, words).Count, Distinct(text, words).Count);
        }
    }

    [Fact]
    public void Ngrams_tell_the_order_of_words() => Assert.Empty(Distinct("a b c d e").Intersect(Distinct("b a c d e")));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(112)]
    [InlineData(260)]
    public void A_signature_is_the_least_of_each_permutation(int values)
    {
        const ulong seed = 77;
        var signer = new MinHashSigner(3, values, seed);
        var random = new Random(values);
        foreach (var length in new[] { 1, 2, 3, 4, 100, 1500 })
        {
            var text = Encoding.UTF8.GetBytes(string.Join(' ', RandomText.Words(random, length)));
            var signature = new uint[values];
            Assert.True(signer.TrySign(text, signature));
            var state = seed;
            var ngrams = signer.NGrams(text).ToArray();
            Assert.Equal(
                Enumerable.Range(0, values).Select(_ => SplitMix(ref state)).ToArray().Select(drawn => ngrams.Min(ngram => (uint)(((drawn >> 32) | 1) * ngram + (uint)drawn))),
                signature);
        }
    }

    [Fact]
    public void A_text_without_words_has_no_signature() => Assert.False(new MinHashSigner(5, 8, 1).TrySign("-- … --"u8, new uint[8]));

    [Fact]
    public void Signatures_estimate_the_true_similarity()
    {
        var signer = new MinHashSigner(5, 112, 1);
        var random = new Random(1);
        var errors = new List<double>();
        for (var trial = 0; trial < 300; trial++)
        {
            var (first, second) = NearTexts(random);
            var estimate = MinHashSigner.Similarity(Sign(signer, first), Sign(signer, second));
            errors.Add(estimate - NaiveSimilarity.Jaccard(NaiveSimilarity.Ngrams(first, 5), NaiveSimilarity.Ngrams(second, 5)));
        }

        // Each estimate's deviation is at most √(¼ / 112) = 0.047, that of their mean far less.
        Assert.True(Math.Abs(errors.Average()) < 0.01, $"bias {errors.Average()}");
        Assert.True(Math.Sqrt(errors.Average(error => error * error)) < 0.047);
        Assert.All(errors, error => Assert.True(Math.Abs(error) < 5 * 0.047));
    }

    [Theory]
    [InlineData(14, 8)]
    [InlineData(20, 3)]
    public void Pairs_become_candidates_as_often_as_the_formula_says(int bands, int rows)
    {
        var random = new Random(6);
        var (expected, variance, found) = (0.0, 0.0, 0);
        for (var trial = 0; trial < 600; trial++)
        {
            var (first, second) = NearTexts(random);
            var similarity = NaiveSimilarity.Jaccard(NaiveSimilarity.Ngrams(first, 5), NaiveSimilarity.Ngrams(second, 5));
            var probability = 1 - Math.Pow(1 - Math.Pow(similarity, rows), bands);
            expected += probability;
            variance += probability * (1 - probability);
            var signer = new MinHashSigner(5, bands * rows, (ulong)trial);
            var (one, other) = (Sign(signer, first), Sign(signer, second));
            found += Enumerable.Range(0, bands).Any(band => one.AsSpan(band * rows, rows).SequenceEqual(other.AsSpan(band * rows, rows))) ? 1 : 0;
        }

        Assert.InRange(expected, 120, 480);
        Assert.InRange(found, expected - 4 * Math.Sqrt(variance), expected + 4 * Math.Sqrt(variance));
    }

    private static (string First, string Second) NearTexts(Random random)
    {
        var words = RandomText.Words(random, random.Next(20, 200));
        return (string.Join(' ', words), string.Join(' ', RandomText.Alter(random, words, random.NextDouble() * 0.2)));
    }

    private static uint[] Sign(MinHashSigner signer, string text)
    {
        var signature = new uint[signer.Values];
        Assert.True(signer.TrySign(Encoding.UTF8.GetBytes(text), signature));
        return signature;
    }

    private static HashSet<uint> Distinct(string text, int words = 5) => [.. new MinHashSigner(words, 8, 1).NGrams(Encoding.UTF8.GetBytes(text))];

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
