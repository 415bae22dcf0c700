using System.Text;
using CsCheck;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.HeldOut;
using Xunit;

namespace OlmoSharp.Data.Tests.HeldOut;

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
                var heldOut = HeldOut(new HeldOutSplit { Fraction = fraction, MaxBytesPerSource = cap, Seed = seed }, documents);
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
                split.Choose(documents).Order(),
                split.Choose(Enumerable.Reverse(documents)).Order());
        });
    }

    [Fact]
    public void Seeds_choose_differently_and_about_the_wanted_part()
    {
        var documents = Enumerable.Range(0, 2000).Select(number => new Document { Id = $"{number}", Source = "s", Text = new string('x', 50 + number % 100) }).ToList();
        var first = HeldOut(new HeldOutSplit { Fraction = 0.1, Seed = 1 }, documents);
        var second = HeldOut(new HeldOutSplit { Fraction = 0.1, Seed = 2 }, documents);

        Assert.InRange(first.Sum(Bytes), 0.099 * documents.Sum(Bytes), 0.1 * documents.Sum(Bytes));
        Assert.InRange(first.Intersect(second).Count(), 1, 60);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_fraction_that_leaves_nothing_is_refused(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeldOutSplit { Fraction = fraction }.Choose([]));

    [Fact]
    public void A_folder_is_split_whole_and_in_order()
    {
        using var folder = new TemporaryFolder();
        List<Document> documents = [.. Enumerable.Range(0, 500).Select(number => new Document { Id = $"{number}", Source = $"s{number % 2}", Text = $"text {number}" })];
        DocumentFolder.Write(folder.At("in"), documents);
        var (train, heldOut) = new HeldOutSplit { Fraction = 0.1 }.Split(folder.At("in"), folder.At("train"), folder.At("heldout"));

        var (left, held) = (Ids("train"), Ids("heldout"));
        Assert.Equal(left.Count, train.Sum(shard => shard.Documents));
        Assert.Equal(held.Count, heldOut.Sum(shard => shard.Documents));
        Assert.InRange(held.Count, 40, 50);
        Assert.Equal(documents.OrderBy(document => document.Source, StringComparer.Ordinal).Select(document => document.Id).Where(id => !held.Contains(id)), left);
        Assert.Equal(500, left.Concat(held).Distinct().Count());

        List<string> Ids(string name) => [.. DocumentFolder.Read(folder.At(name)).Select(document => document.Id)];
    }

    private static List<Document> HeldOut(HeldOutSplit split, List<Document> documents)
    {
        var chosen = split.Choose(documents);
        return [.. documents.Where(document => chosen.Contains((document.Source, document.Id)))];
    }

    private static long Bytes(Document document) => Encoding.UTF8.GetByteCount(document.Text);
}
