using System.Text;
using CsCheck;
using OlmoSharp.Data.Curation;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public class HeldOutSplitTests
{
    private static readonly Gen<List<Document>> Documents = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 200]).Array[0, 80].Select(pairs => pairs
        .Select((pair, number) => new Document { Id = $"{number}", Source = $"s{pair.Item1}", Text = new string('é', pair.Item2) })
        .ToList());

    [Fact]
    public void A_split_is_complete_and_within_its_bounds()
    {
        Gen.Select(Documents, Gen.Double[0.01, 0.5], Gen.Long[50, 5000], Gen.Long).Sample(
            (documents, fraction, cap, seed) =>
            {
                var (train, heldOut) = new HeldOutSplit { Fraction = fraction, MaxBytesPerSource = cap, Seed = seed }.Split(documents);

                Assert.Equal(documents, train.Concat(heldOut).OrderBy(document => int.Parse(document.Id)));
                foreach (var source in documents.GroupBy(document => document.Source))
                {
                    var held = heldOut.Where(document => document.Source == source.Key).ToList();
                    Assert.Equal(source.Count() > 1, held.Count > 0);
                    Assert.True(held.Count <= 1 || held.Sum(Bytes) <= Math.Min(cap, fraction * source.Sum(Bytes)));
                }
            });
    }

    [Fact]
    public void The_choice_does_not_depend_on_the_order()
    {
        Gen.Select(Documents, Gen.Long).Sample((documents, seed) =>
        {
            var split = new HeldOutSplit { Fraction = 0.3, Seed = seed };
            Assert.Equal(
                split.Split(documents).HeldOut.Select(document => document.Id).Order(),
                split.Split([.. Enumerable.Reverse(documents)]).HeldOut.Select(document => document.Id).Order());
        });
    }

    [Fact]
    public void Seeds_choose_differently_and_about_the_wanted_part()
    {
        var documents = Enumerable.Range(0, 2000).Select(number => new Document { Id = $"{number}", Source = "s", Text = new string('x', 50 + number % 100) }).ToList();
        var first = new HeldOutSplit { Fraction = 0.1, Seed = 1 }.Split(documents).HeldOut;
        var second = new HeldOutSplit { Fraction = 0.1, Seed = 2 }.Split(documents).HeldOut;

        Assert.InRange(first.Sum(Bytes), 0.099 * documents.Sum(Bytes), 0.1 * documents.Sum(Bytes));
        Assert.InRange(first.Intersect(second).Count(), 1, 60);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_fraction_that_leaves_nothing_is_refused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeldOutSplit { Fraction = fraction }.Split([]));

    private static long Bytes(Document document) => Encoding.UTF8.GetByteCount(document.Text);
}
