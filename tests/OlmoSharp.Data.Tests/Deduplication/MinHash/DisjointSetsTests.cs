using CsCheck;
using OlmoSharp.Data.Deduplication.MinHash;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication.MinHash;

public sealed class DisjointSetsTests
{
    [Fact]
    public void Sets_are_the_closure_of_what_was_joined_and_named_by_their_least() =>
        Gen.Select(Gen.Int[0, 29], Gen.Int[0, 29]).Array[0, 40].Sample(pairs =>
        {
            var sets = new DisjointSets(30);
            var reached = new bool[30, 30];
            foreach (var (first, second) in pairs)
            {
                sets.Join(first, second);
                reached[first, second] = reached[second, first] = true;
            }

            for (var by = 0; by < 30; by++)
            {
                for (var from = 0; from < 30; from++)
                {
                    for (var to = 0; to < 30; to++)
                    {
                        reached[from, to] |= from == to || (reached[from, by] && reached[by, to]);
                    }
                }
            }

            Assert.All(Enumerable.Range(0, 30), number => Assert.Equal(Enumerable.Range(0, 30).First(other => reached[number, other] || other == number), sets.Find(number)));
        });
}
