using OlmoSharp.Data.Curation;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public class MinHashTests
{
    [Theory]
    [InlineData("One two, THREE four five six!", 2)]
    [InlineData("one", 1)]
    [InlineData("eins zwei eins zwei eins zwei eins zwei", 2)]
    [InlineData("日本語のテキスト", 4)]
    [InlineData("foo日bar1 2baz", 1)]
    [InlineData("...", 0)]
    public void Ngrams_are_those_of_the_definition(string text, int expected)
    {
        Assert.Equal(expected, MinHasher.Ngrams(text, 5).Count);
        Assert.Equal(expected, NaiveSimilarity.Ngrams(text, 5).Count);
    }

    [Fact]
    public void Ngrams_tell_the_order_of_words() =>
        Assert.Empty(MinHasher.Ngrams("a b c d e", 5).Intersect(MinHasher.Ngrams("b a c d e", 5)));

    [Fact]
    public void Signatures_estimate_the_true_similarity()
    {
        var options = new MinHashOptions();
        var hasher = new MinHasher(options);
        var random = new Random(1);
        var errors = new List<double>();
        for (var trial = 0; trial < 300; trial++)
        {
            var words = RandomText.Words(random, random.Next(20, 300));
            var (first, second) = (string.Join(' ', words), string.Join(' ', RandomText.Alter(random, words, random.NextDouble() * 0.2)));
            var estimate = MinHasher.Similarity(hasher.Sign(first), hasher.Sign(second));
            errors.Add(estimate - NaiveSimilarity.Jaccard(NaiveSimilarity.Ngrams(first, 5), NaiveSimilarity.Ngrams(second, 5)));
        }

        // Each estimate's deviation is at most √(¼ / 125) = 0.045, that of their mean far less.
        Assert.True(Math.Abs(errors.Average()) < 0.01, $"bias {errors.Average()}");
        Assert.True(Math.Sqrt(errors.Average(error => error * error)) < 0.045);
        Assert.All(errors, error => Assert.True(Math.Abs(error) < 5 * 0.045));
    }

    [Fact]
    public void Clusters_join_what_is_similar_and_nothing_else()
    {
        var options = new MinHashOptions();
        var random = new Random(2);
        var texts = new List<string>();
        for (var family = 0; family < 60; family++)
        {
            var original = RandomText.Words(random, random.Next(60, 200));
            texts.Add(string.Join(' ', original));
            for (var copy = random.Next(4); copy > 0; copy--)
            {
                texts.Add(string.Join(' ', RandomText.Alter(random, original, random.NextDouble() * 0.2)));
            }
        }

        var hasher = new MinHasher(options);
        var clusters = new NearDuplicateClusters([.. texts.Select(hasher.Sign)], options);

        var ngrams = texts.Select(text => NaiveSimilarity.Ngrams(text, options.NgramWords)).ToList();
        var similarity = AllPairs(texts.Count).ToDictionary(pair => pair, pair => NaiveSimilarity.Jaccard(ngrams[pair.First], ngrams[pair.Second]));
        var certain = similarity.Where(pair => pair.Value >= 0.85).ToList();
        Assert.NotEmpty(certain);
        Assert.All(certain, pair => Assert.Equal(clusters.Find(pair.Key.First), clusters.Find(pair.Key.Second)));

        // Whatever is in one cluster is connected by pairs that are similar, give or take the estimate's error.
        var connected = Components(texts.Count, similarity.Where(pair => pair.Value >= 0.5).Select(pair => pair.Key));
        Assert.All(
            AllPairs(texts.Count).Where(pair => clusters.Find(pair.First) == clusters.Find(pair.Second)),
            pair => Assert.Equal(connected[pair.First], connected[pair.Second]));
    }

    [Fact]
    public void A_text_without_words_is_like_no_other()
    {
        var hasher = new MinHasher(new MinHashOptions());
        Assert.Null(hasher.Sign("-- ... --"));
        var clusters = new NearDuplicateClusters([null, null], new MinHashOptions());
        Assert.NotEqual(clusters.Find(0), clusters.Find(1));
    }

    private static IEnumerable<(int First, int Second)> AllPairs(int count) =>
        from first in Enumerable.Range(0, count) from second in Enumerable.Range(first + 1, count - first - 1) select (first, second);

    private static int[] Components(int count, IEnumerable<(int First, int Second)> edges)
    {
        int[] component = [.. Enumerable.Range(0, count)];
        foreach (var (first, second) in edges)
        {
            var (from, to) = (component[second], component[first]);
            for (var i = 0; i < count; i++)
            {
                component[i] = component[i] == from ? to : component[i];
            }
        }

        return component;
    }
}
