using CsCheck;
using OlmoSharp.Evaluation.Sampling;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

/// <summary>Numbers are those that CPython 3.11's <c>random.Random</c> gives.</summary>
public class PythonRandomTests
{
    [Theory]
    [InlineData(1234, 4150886329, 3342196574, 1892932127)]
    [InlineData(0, 3626764237, 1654615998, 3255389356)]
    [InlineData(1, 577090037, 2444712010, 3639700191)]
    [InlineData(-7, 1390851128, 4071050724, 647892279)]
    [InlineData((1L << 40) + 5, 2166296868, 2220160828, 1153647273)]
    public void Whole_numbers_seed_as_in_python(long seed, uint first, uint second, uint third)
    {
        var random = new PythonRandom(seed);
        Assert.Equal([first, second, third], [random.NextBits(32), random.NextBits(32), random.NextBits(32)]);
    }

    [Theory]
    [InlineData("0", 1553448773, 346448312, 3894277675)]
    [InlineData("55", 3951530941, 493129578, 1509378780)]
    [InlineData("é", 4161502405, 4038814526, 1787138474)]
    [InlineData("a long seed of more than sixteen characters", 2612353344, 3081157147, 2951079119)]
    public void Texts_seed_as_in_python(string seed, uint first, uint second, uint third)
    {
        var random = new PythonRandom(seed);
        Assert.Equal([first, second, third], [random.NextBits(32), random.NextBits(32), random.NextBits(32)]);
    }

    [Fact]
    public void Fewer_bits_are_the_upper_ones()
    {
        var random = new PythonRandom(1234);
        for (var i = 0; i < 5; i++)
        {
            random.NextBits(32);
        }

        Assert.Equal([11u, 116, 120, 120, 103], Enumerable.Range(0, 5).Select(_ => random.NextBits(7)));
    }

    // The checksum is the sum of place times value over the whole sample.
    [Theory]
    [InlineData(1838, 1000, new[] { 1593, 902, 239, 15, 185, 1652 }, 311, 459604681)]      // PIQA
    [InlineData(3270, 1000, new[] { 3187, 1805, 478, 30, 371, 2384 }, 1517, 846335710)]    // BoolQ
    [InlineData(10042, 1000, new[] { 7220, 1914, 122, 1485, 9539, 572 }, 7325, 2626205029)] // HellaSwag
    [InlineData(2376, 1000, new[] { 1805, 478, 30, 371, 143, 343 }, 735, 610365299)]       // ARC-Easy
    [InlineData(9536, 1000, new[] { 7220, 1914, 122, 1485, 572, 1375 }, 9145, 2478262515)] // DROP
    [InlineData(4117, 1000, new[] { 3610, 957, 61, 742, 286, 687 }, 1073, 1064116170)]     // the largest population that is emptied
    [InlineData(4118, 1000, new[] { 3610, 957, 61, 742, 286, 687 }, 273, 1049166423)]      // the smallest that is not
    [InlineData(100, 6, new[] { 99, 56, 14, 0, 11, 74 }, 74, 498)]
    [InlineData(85, 6, new[] { 56, 14, 0, 11, 74, 4 }, 4, 363)]
    [InlineData(22, 5, new[] { 14, 3, 0, 2, 18 }, 18, 81)]
    [InlineData(21, 5, new[] { 14, 3, 0, 2, 1 }, 1, 13)]
    [InlineData(6, 6, new[] { 3, 0, 4, 5, 2, 1 }, 1, 36)]
    public void Samples_are_pythons(int population, int count, int[] first, int last, long checksum)
    {
        var sample = new PythonRandom(1234).Sample(population, count);
        Assert.Equal(first, sample.Take(first.Length));
        Assert.Equal(last, sample[^1]);
        Assert.Equal(checksum, sample.Select((value, place) => (long)value * place).Sum());
    }

    [Fact]
    public void Shuffles_are_pythons()
    {
        var numbers = Enumerable.Range(0, 10).ToArray();
        new PythonRandom(1234).Shuffle<int>(numbers);
        Assert.Equal([2, 8, 3, 5, 6, 4, 9, 0, 1, 7], numbers);

        var random = new PythonRandom("7");
        var letters = "abcd".ToCharArray();
        random.Shuffle<char>(letters);
        Assert.Equal("cadb", new string(letters));
        Assert.Equal(3, random.NextBelow(5));
    }

    [Fact]
    public void A_limit_of_31_bits_and_one_of_one_value_draw_as_python_does()
    {
        var random = new PythonRandom(3);
        Assert.Equal([0, 0], [random.NextBelow(1), random.NextBelow(1)]);
        Assert.Equal([794472658, 1966976506], [random.NextBelow(int.MaxValue), random.NextBelow(int.MaxValue)]);
    }

    [Fact]
    public void Samples_have_no_index_twice() =>
        Gen.Select(Gen.Long, Gen.Int[1, 3000], Gen.Int[0, 100]).Sample((seed, population, percent) =>
        {
            var sample = new PythonRandom(seed).Sample(population, population * percent / 100);
            return sample.Distinct().Count() == sample.Length && sample.All(index => index >= 0 && index < population);
        }, iter: 200);

    [Fact]
    public void A_smaller_sample_is_the_beginning_of_a_greater_one_where_both_are_drawn_alike() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 60], Gen.Int[0, 400]).Where(item => item.Item1 >= item.Item2 + item.Item3).Sample((population, count, more) =>
            !PythonRandom.IsBeginning(population, count, count + more)
            || new PythonRandom(1234).Sample(population, count + more).Take(count).SequenceEqual(new PythonRandom(1234).Sample(population, count)));

    /// <summary>As CPython 3.11 says of <c>Random(1234).sample</c>.</summary>
    [Theory]
    [InlineData(10042, 50, 1000, true)]
    [InlineData(9536, 999, 1000, true)]
    [InlineData(3610, 50, 1000, false)]
    [InlineData(3610, 500, 1000, true)]
    [InlineData(100, 20, 10, false)]
    public void Beginnings_of_published_samples(int population, int count, int greater, bool expected) => Assert.Equal(expected, PythonRandom.IsBeginning(population, count, greater));
}
