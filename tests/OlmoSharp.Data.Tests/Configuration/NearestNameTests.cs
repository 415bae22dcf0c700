using CsCheck;
using OlmoSharp.Data.Configuration;
using Xunit;

namespace OlmoSharp.Data.Tests.Configuration;

public class NearestNameTests
{
    private static readonly Gen<string> Words = Gen.String[Gen.Char['a', 'd'], 0, 6];

    [Fact]
    public void Distance_equals_the_recursive_definition() =>
        Gen.Select(Words, Words).Sample((left, right) => NearestName.Distance(left, right) == Recursive(left, right));

    [Theory]
    [InlineData("learning_rat", "learning_rate")]
    [InlineData("laerning_rate", "learning_rate")]
    [InlineData("sede", "seed")]
    [InlineData("nothing_like_it", null)]
    [InlineData("x", null)]
    public void The_nearest_is_offered_only_when_near(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["learning_rate", "seed", "steps"]));

    private static int Recursive(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.IsEmpty || right.IsEmpty)
        {
            return left.Length + right.Length;
        }

        var best = Math.Min(
            Recursive(left[..^1], right[..^1]) + (left[^1] == right[^1] ? 0 : 1),
            1 + Math.Min(Recursive(left[..^1], right), Recursive(left, right[..^1])));
        return left.Length > 1 && right.Length > 1 && left[^1] == right[^2] && left[^2] == right[^1]
            ? Math.Min(best, 1 + Recursive(left[..^2], right[..^2]))
            : best;
    }
}
