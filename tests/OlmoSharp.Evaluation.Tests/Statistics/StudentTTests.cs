using OlmoSharp.Evaluation.Statistics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Statistics;

public sealed class StudentTTests
{
    // Roots of the distribution function in 30 digits (mpmath); SciPy 1.10 itself is wrong in the ninth digit.
    [Theory]
    [InlineData(0.95, 1, 12.706204736174705)]
    [InlineData(0.95, 10, 2.2281388519862747)]
    [InlineData(0.99, 30, 2.7499956535672253)]
    [InlineData(0.9, 4, 2.1318467863266503)]
    [InlineData(0.95, 1000, 1.9623390808264085)]
    [InlineData(0.999, 2, 31.599054576443621)]
    public void Quantiles_are_those_of_the_tables(double level, int degrees, double expected) =>
        Assert.Equal(expected, StudentT.TwoSidedQuantile(level, degrees), expected * 1e-10);

    // Values of SciPy 1.10 (2·stats.t.sf).
    [Theory]
    [InlineData(2.5, 9, 0.03386182768298571)]
    [InlineData(0.1, 3, 0.9266523488008058)]
    [InlineData(-8, 40, 7.905084110104544e-10)]
    [InlineData(1, 1, 0.5)]
    [InlineData(40, 999, 1.2426421196271845e-209)]
    public void Tails_are_those_of_the_tables(double t, int degrees, double expected) =>
        Assert.Equal(expected, StudentT.TwoSidedTail(t, degrees), expected * 1e-10);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Levels_that_are_none_are_refused(double level) => Assert.Throws<EvaluationException>(() => StudentT.TwoSidedQuantile(level, 5));
}
