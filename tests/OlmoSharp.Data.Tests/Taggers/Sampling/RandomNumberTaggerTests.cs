using OlmoSharp.Data.Taggers.Sampling;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Sampling;

public sealed class RandomNumberTaggerTests
{
    // Dolma's tagger seeds itself with the number of its process, so no run can be repeated.
    [Fact]
    public void Random_number_v1_does_not_depend_on_the_process()
    {
        // The same in every process, on every machine, in any order.
        Assert.Equal(0.14768, Number("doc-1", 1));
        Assert.Equal(0.14768, Number("doc-1", 1));
        Assert.NotEqual(Number("doc-1", 1), Number("doc-1", 2));
        Assert.NotEqual(Number("doc-1", 1), Number("doc-2", 1));
    }

    [Fact]
    public void Numbers_are_even()
    {
        var tagger = TaggerRun.Of("random_number_v1");
        var numbers = Enumerable.Range(0, 20_000).Select(id => Assert.Single(tagger.Tag("text", $"{id}")["random"]).Score).Order().ToList();

        // Kolmogorov and Smirnov: exceeded once in a million fair trials.
        Assert.True(numbers.Select((number, rank) => Math.Abs(number - rank / 20_000.0)).Max() < 2.7 / Math.Sqrt(20_000));
    }

    private static double Number(string id, long seed) =>
        Assert.Single(TaggerRun.Of("random_number_v1", new RandomNumberParameters { Seed = seed }).Tag("any text", id)["random"]).Score;
}
