using CsCheck;
using OlmoSharp.Data.SuffixArrays;
using Xunit;

namespace OlmoSharp.Data.Tests.SuffixArrays;

public sealed class SuffixArrayTests
{
    [Fact]
    public void Suffixes_of_random_bytes_come_as_a_plain_sort_has_them() =>
        Gen.Int[1, 256].SelectMany(alphabet => Gen.Byte[0, (byte)(alphabet - 1)].Array[0, 300]).Sample(Check);

    [Fact]
    public void Suffixes_of_repeated_parts_come_as_a_plain_sort_has_them() =>
        Gen.Select(Gen.Byte[0, 3].Array[1, 9], Gen.Int[1, 60], Gen.Byte[0, 3].Array[0, 5]).Sample((part, times, end) =>
            Check([.. Enumerable.Repeat(part, times).SelectMany(some => some), .. end]));

    [Fact]
    public void Suffixes_of_words_that_defeat_sorting_come_as_a_plain_sort_has_them()
    {
        // Fibonacci and Thue–Morse words, one symbol alone, ascending and descending.
        var (shorter, longer) = (new byte[] { 1 }, new byte[] { 1, 0 });
        while (longer.Length < 1500)
        {
            (shorter, longer) = (longer, [.. longer, .. shorter]);
            Check(longer);
        }

        Check([.. Enumerable.Range(0, 1024).Select(i => (byte)(System.Numerics.BitOperations.PopCount((uint)i) & 1))]);
        Check(new byte[1000]);
        Check([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        Check([.. Enumerable.Range(0, 256).Select(i => (byte)(255 - i))]);
    }

    [Fact]
    public void Suffixes_of_numbers_come_as_a_plain_sort_has_them() =>
        Gen.Int[1, 1000].SelectMany(alphabet => Gen.Int[0, alphabet - 1].Array[0, 400].Select(numbers => (alphabet, numbers))).Sample(made =>
        {
            var suffixes = new int[made.numbers.Length];
            SuffixArray.Build<int>(made.numbers, made.alphabet, suffixes);
            Assert.Equal(Naive(made.numbers), suffixes);
        });

    [Fact]
    public void A_long_sequence_is_in_order()
    {
        var random = new Random(8);
        var text = new byte[200_000];
        for (var i = 0; i < text.Length; i++)
        {
            // Much of it is a copy of something before.
            text[i] = i > 1000 && i / 500 % 2 == 0 ? text[i - 777] : (byte)random.Next(20);
        }

        var suffixes = new int[text.Length];
        SuffixArray.Build<byte>(text, 256, suffixes);
        Assert.Equal(text.Length, suffixes.Distinct().Count());
        for (var i = 1; i < suffixes.Length; i++)
        {
            Assert.True(text.AsSpan(suffixes[i - 1]).SequenceCompareTo(text.AsSpan(suffixes[i])) < 0);
        }
    }

    [Fact]
    public void Patterns_are_found_where_they_are() =>
        Gen.Select(Gen.Byte[0, 2].Array[0, 100], Gen.Byte[0, 3].Array[0, 6]).Sample((text, pattern) =>
        {
            var suffixes = new int[text.Length];
            SuffixArray.Build<byte>(text, 3, suffixes);
            Assert.Equal(
                Enumerable.Range(0, text.Length).Where(start => text.AsSpan(start).StartsWith(pattern)),
                suffixes[SuffixArray.Find<byte>(text, suffixes, pattern)].Order());
        });

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SuffixArray.Build<byte>("abc"u8, 256, new int[2]));
        Assert.Throws<IndexOutOfRangeException>(() => SuffixArray.Build<byte>("abc"u8, 98, new int[3]));
    }

    private static void Check(byte[] text)
    {
        var suffixes = new int[text.Length];
        SuffixArray.Build<byte>(text, 256, suffixes);
        Assert.Equal(Naive(text), suffixes);
    }

    private static int[] Naive<T>(T[] sequence)
        where T : IComparable<T>
    {
        int[] suffixes = [.. Enumerable.Range(0, sequence.Length)];
        Array.Sort(suffixes, (first, second) => sequence.AsSpan(first).SequenceCompareTo(sequence.AsSpan(second)));
        return suffixes;
    }
}
