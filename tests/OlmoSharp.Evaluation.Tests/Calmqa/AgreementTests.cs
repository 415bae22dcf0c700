using OlmoSharp.Evaluation.Calmqa.Judgements;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public class AgreementTests
{
    // Krippendorff 2011, "Computing Krippendorff's alpha-reliability", example C: four observers, twelve units, gaps.
    private static readonly string[] Observers = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."];

    [Theory]
    [InlineData(AgreementScale.Nominal, 0.743)]
    [InlineData(AgreementScale.Ordinal, 0.815)]
    [InlineData(AgreementScale.Interval, 0.849)]
    public void Alpha_is_that_of_the_published_example(AgreementScale scale, double alpha)
    {
        var rows = Observers.Select(row => row.Split(' ')).ToArray();
        var units = Enumerable.Range(0, 12).Select(unit => rows.Select(row => row[unit]).Where(value => value != ".").Select(int.Parse).ToArray());
        Assert.Equal(alpha, Agreement.KrippendorffAlpha(units, scale), 3);
    }

    [Fact]
    public void Fleiss_kappa_is_that_of_the_published_example()
    {
        // The worked example of the method's encyclopedia article: 14 raters, 10 subjects, 5 categories, kappa 0.210.
        int[][] counts =
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ];
        Assert.Equal(0.210, Agreement.FleissKappa([.. counts.Select(row => row.SelectMany((count, category) => Enumerable.Repeat(category, count)).ToArray())]), 3);
        Assert.Throws<ArgumentException>(() => Agreement.FleissKappa([[1, 2], [1]]));
    }

    [Fact]
    public void Cohen_kappa_is_that_of_the_textbook_example()
    {
        // 50 proposals: both yes 20, both no 15, only the first yes 5, only the second 10: kappa 0.4.
        (int, int)[] pairs = [.. Enumerable.Repeat((1, 1), 20), .. Enumerable.Repeat((0, 0), 15), .. Enumerable.Repeat((1, 0), 5), .. Enumerable.Repeat((0, 1), 10)];
        Assert.Equal(0.4, Agreement.CohenKappa(pairs), 10);
    }

    [Fact]
    public void Full_agreement_is_one_and_no_variation_is_no_number()
    {
        int[][] units = [[1, 1], [2, 2, 2], [3, 3], [5]];
        Assert.All(Enum.GetValues<AgreementScale>(), scale => Assert.Equal(1, Agreement.KrippendorffAlpha(units, scale), 12));
        Assert.True(double.IsNaN(Agreement.KrippendorffAlpha([[1, 1], [1, 1]], AgreementScale.Ordinal)));
        Assert.True(double.IsNaN(Agreement.KrippendorffAlpha([], AgreementScale.Nominal)));
    }
}
