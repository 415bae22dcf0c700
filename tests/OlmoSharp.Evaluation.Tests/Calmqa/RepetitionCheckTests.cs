using CsCheck;
using OlmoSharp.Evaluation.Calmqa.Scoring;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public class RepetitionCheckTests
{
    // Twenty different words, each one token with the space before it.
    private const string Twenty = " one two three four five six seven eight nine ten red green blue black white gold silver brown pink grey";

    [Fact]
    public void The_most_frequent_run_is_that_of_brute_force() =>
        Gen.Select(Gen.Int[0, 3].Array[0, 60], Gen.Int[1, 8]).Sample((ids, length) => RepetitionCheck.MostOccurrences(ids, length) == BruteForce(ids, length));

    [Fact]
    public void Tokens_are_those_of_o200k() =>
        // The OpenAI cookbook's example: 83, 8251, 2488, 382, 2212, 0.
        Assert.Equal(6, RepetitionCheck.Check("tiktoken is great!").Tokens);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(40, true)]
    public void Twenty_tokens_four_times_are_repetitive(int times, bool isRepetitive)
    {
        var result = RepetitionCheck.Check(string.Concat(Enumerable.Repeat(Twenty, times)));
        Assert.Equal((20 * times, isRepetitive), (result.Tokens, result.IsRepetitive));
        Assert.Equal(times, result.MostOccurrences);
    }

    [Theory]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    [InlineData(22, 3)]
    [InlineData(23, 4)]
    public void Overlapping_runs_count(int words, int occurrences) =>
        Assert.Equal(new Repetition(words, occurrences), RepetitionCheck.Check(string.Concat(Enumerable.Repeat(" no", words))));

    [Fact]
    public void Nothing_is_not_repetitive() => Assert.Equal((0, false), (RepetitionCheck.Check("").Tokens, RepetitionCheck.Check("").IsRepetitive));

    private static int BruteForce(int[] ids, int length)
    {
        var most = 0;
        for (var i = 0; i + length <= ids.Length; i++)
        {
            var count = 0;
            for (var j = 0; j + length <= ids.Length; j++)
            {
                var same = true;
                for (var k = 0; k < length; k++)
                {
                    same &= ids[i + k] == ids[j + k];
                }

                count += same ? 1 : 0;
            }

            most = Math.Max(most, count);
        }

        return most;
    }
}
