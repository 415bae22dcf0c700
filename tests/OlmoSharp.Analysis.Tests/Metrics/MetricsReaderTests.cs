using System.Globalization;
using System.Text;
using CsCheck;
using OlmoSharp.Analysis.Metrics;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Metrics;

public class MetricsReaderTests
{
    [Fact]
    public void Lines_become_series()
    {
        var metrics = Parse("""
            {"step":1,"tokens":8192,"train/loss":9.1,"train/lr":1e-5}
            {"step":2,"tokens":16384,"train/loss":8.5,"train/lr":2e-5}
            {"step":2,"heldout/web/bits_per_byte":2.5}
            {"step":3,"train/loss":"NaN","train/grad_norm":"Infinity"}

            """);
        Assert.Equal(["heldout/web/bits_per_byte", "train/grad_norm", "train/loss", "train/lr"], metrics.Series.Keys);
        Assert.Equal([new(1, 8192, 9.1), new(2, 16384, 8.5), new(3, null, double.NaN)], metrics["train/loss"]);
        Assert.Equal([new(2, null, 2.5)], metrics["heldout/web/bits_per_byte"]);
        Assert.Equal(double.PositiveInfinity, metrics["train/grad_norm"][0].Value);
        Assert.Empty(metrics["unknown"]);
        Assert.False(metrics.IsTorn);
    }

    [Fact]
    public void Cut_anywhere_a_file_gives_its_whole_lines_and_says_whether_one_is_torn()
    {
        const string Whole = "{\"step\":1,\"a\":1.5}\n{\"step\":2,\"a\":2.5}\n{\"step\":3,\"a\":3.5}\n";
        for (var length = 0; length <= Whole.Length; length++)
        {
            var kept = Whole[..length];
            var metrics = Parse(kept);
            // A line is there once its closing brace is, with or without its line feed.
            var whole = kept.Count(c => c == '}');
            Assert.Equal(Enumerable.Range(1, whole).Select(step => step + 0.5), metrics["a"].Select(point => point.Value));
            Assert.Equal(kept.Length > 0 && kept[^1] is not ('\n' or '}'), metrics.IsTorn);
        }
    }

    [Theory]
    [InlineData("{\"step\":1,\"a\":1\n{\"step\":2,\"a\":1}\n", "m.jsonl:1: not a whole JSON object")]
    [InlineData("{\"step\":1}\n{\"step\":2,\"a\n", "m.jsonl:2: not a whole JSON object")]
    [InlineData("{\"step\":1}\n\n{\"step\":2}\n", "m.jsonl:2: not a whole JSON object")]
    [InlineData("{\"step\":1} {\"step\":2}\n", "m.jsonl:1: not a whole JSON object")]
    [InlineData("[1]\n", "m.jsonl:1: not a whole JSON object")]
    [InlineData("{\"a\":1}\n", "m.jsonl:1: the line has no 'step'")]
    [InlineData("{\"step\":1.5}\n", "m.jsonl:1: 'step' is not a whole number from 0 up")]
    [InlineData("{\"step\":-1}\n", "m.jsonl:1: 'step' is not a whole number from 0 up")]
    [InlineData("{\"step\":1,\"tokens\":\"x\"}\n", "m.jsonl:1: 'tokens' is not a whole number from 0 up")]
    [InlineData("{\"step\":1,\"a\":true}\n", "m.jsonl:1: 'a' is not a number")]
    [InlineData("{\"step\":1,\"a\":{\"b\":1}}\n", "m.jsonl:1: 'a' is not a number")]
    [InlineData("{\"step\":1,\"a\":\"1\"}", "m.jsonl:1: 'a' is not a number")]
    public void A_broken_line_is_an_error_with_its_number(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<AnalysisException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_resumed_run_replaces_what_was_lost() =>
        Gen.Int[1, 8].Array[1, 30].Sample(jumps =>
        {
            // A run that now and then falls back to an earlier step; naively, the last value written for a step stands unless a fall took it back.
            var naive = new SortedDictionary<int, double>();
            var text = new StringBuilder();
            var step = 0;
            for (var line = 0; line < jumps.Length; line++)
            {
                var next = jumps[line] == 8 ? step / 2 : step + jumps[line] - 1;
                if (next < step)
                {
                    foreach (var lost in naive.Keys.Where(key => key >= next).ToList())
                    {
                        naive.Remove(lost);
                    }
                }

                step = next;
                naive[step] = line;
                text.Append(CultureInfo.InvariantCulture, $"{{\"step\":{step},\"a\":{line}}}\n");
            }

            return Parse(text.ToString())["a"].Select(point => ((int)point.Step, point.Value)).SequenceEqual(naive.Select(pair => (pair.Key, pair.Value)));
        });

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.jsonl: no such file", Assert.Throws<AnalysisException>(() => MetricsReader.Read("nowhere.jsonl")).Message, StringComparison.Ordinal);

    private static RunMetrics Parse(string text) => MetricsReader.Parse(Encoding.UTF8.GetBytes(text), "m.jsonl");
}
