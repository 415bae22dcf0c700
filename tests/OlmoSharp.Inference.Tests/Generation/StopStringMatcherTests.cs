using CsCheck;
using OlmoSharp.Inference.Generation;
using Xunit;

namespace OlmoSharp.Inference.Tests.Generation;

public class StopStringMatcherTests
{
    private static readonly string[] Alphabet = ["a", "b", "é", "😀", "😁"];

    private static readonly Gen<string> GenLetter = Gen.Int[0, Alphabet.Length - 1].Select(place => Alphabet[place]);

    private static readonly Gen<string> GenText = GenLetter.Array[0, 40].Select(string.Concat);

    private static readonly Gen<string[]> GenStops = GenLetter.Array[1, 5].Select(string.Concat).Array[1, 3];

    [Fact]
    public void Pieces_give_what_a_search_of_the_whole_text_gives() => Gen.Select(GenText, GenStops, Gen.Int).Sample((text, stops, seed) =>
    {
        var expected = CutWhole(text, stops);
        var matcher = new StopStringMatcher(stops);
        var shown = "";
        foreach (var piece in Pieces(text, new Random(seed)))
        {
            shown += matcher.Append(piece);
            // What is shown is certain: no text that could follow takes it back, and it ends between characters.
            Assert.StartsWith(shown, expected, StringComparison.Ordinal);
            Assert.False(shown.Length > 0 && char.IsHighSurrogate(shown[^1]));
        }

        shown += matcher.Flush();
        Assert.Equal(expected, shown);
        Assert.Equal(stops.Any(stop => text.Contains(stop, StringComparison.Ordinal)), matcher.IsStopped);
    });

    [Fact]
    public void Nothing_is_held_back_that_cannot_become_a_stop_string() => Gen.Select(GenText, GenStops, Gen.Int).Sample((text, stops, seed) =>
    {
        var matcher = new StopStringMatcher(stops);
        var (read, shown) = ("", "");
        foreach (var piece in Pieces(text, new Random(seed)))
        {
            read += piece;
            shown += matcher.Append(piece);
            if (matcher.IsStopped)
            {
                return;
            }

            var longest = Enumerable.Range(0, read.Length + 1).First(start => start == read.Length || stops.Any(stop => stop.StartsWith(read[start..], StringComparison.Ordinal)));
            Assert.Equal(read[..longest], shown);
        }
    });

    [Fact]
    public void A_stop_string_of_a_million_characters_takes_no_more_than_linear_time()
    {
        var stop = new string('a', 1_000_000) + "b";
        var matcher = new StopStringMatcher([stop]);
        Assert.Equal("", matcher.Append(new string('a', 1_000_000)));
        Assert.Equal("aaa", matcher.Append("aaa"));
        Assert.Equal("", matcher.Append("b"));
        Assert.True(matcher.IsStopped);
    }

    /// <summary>The first place where a stop string is complete decides; of those complete there, the longest.</summary>
    private static string CutWhole(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var complete = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).ToList();
            if (complete.Count > 0)
            {
                return text[..(end - complete.Max(stop => stop.Length))];
            }
        }

        return text;
    }

    private static IEnumerable<string> Pieces(string text, Random random)
    {
        var runes = text.EnumerateRunes().ToArray();
        for (var start = 0; start < runes.Length;)
        {
            var length = Math.Min(random.Next(0, 5), runes.Length - start);
            yield return string.Concat(runes.Skip(start).Take(length));
            start += length;
        }
    }
}
