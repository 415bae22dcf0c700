using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Taggers.Repetitions;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Repetitions;

public sealed class TokenRepetitionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_longest_stretch_of_every_period_is_found() =>
        Gen.OneOf(Gen.ULong[0, 1].Array[0, 60], Gen.ULong[0, 3].Array[0, 120], Periodic()).Sample(
            tokens =>
            {
                var found = new List<PeriodicSequence>();
                PeriodicSequences.Find(tokens, found);
                Assert.Equal(Naive(tokens), found);
            },
            iter: 4000);

    [Fact]
    public void Thirty_two_repeats_are_counted_as_OLMoE_counts_them()
    {
        var text = "start " + string.Concat(Enumerable.Repeat("one two three ", 32)) + "end";
        var said = TaggerRun.Of("tokenizer_repetitions_v2r2").Tag(text);
        Assert.Equal([new AttributeSpan(6, 6 + 32 * 14 - 1, 32)], said["repetition"]);
        Assert.Equal(32, Assert.Single(said["doc_max_score_repetition"]).Score);
        Assert.Equal(447, Assert.Single(said["doc_max_length_repetition"]).Score);
        Assert.Equal(Math.Round(447.0 / text.Length, 5), Assert.Single(said["doc_frac_repetition"]).Score);
    }

    [Fact]
    public void Version_1_says_every_period_and_zeros_where_nothing_repeats()
    {
        var tagger = TaggerRun.Of("tokenizer_repetitions_v1");
        Assert.Equal(
            [new AttributeSpan(0, 17, 9), new AttributeSpan(0, 17, 4), new AttributeSpan(0, 17, 3)],
            tagger.Tag("a a a a a a a a a")["repetition"]);
        Assert.Equal(["doc_frac_repetition", "doc_max_length_repetition", "doc_max_score_repetition"], tagger.Tag("nothing repeats").Keys);
        Assert.Empty(TaggerRun.Of("tokenizer_repetitions_v2r2").Tag("nothing repeats"));
    }

    [Fact]
    public void Paragraphs_are_searched_by_themselves()
    {
        const string Text = "é x x\nx x x x\n";
        Assert.Equal([new AttributeSpan(6, 13, 4)], TaggerRun.Of("paragraph_tokenizer_repetitions_v1").Tag(Text)["repetition"]);
        Assert.Contains(new AttributeSpan(2, 13, 6), TaggerRun.Of("tokenizer_repetitions_v1").Tag(Text)["repetition"]);
    }

    [Fact]
    public void With_a_tokenizer_its_tokens_are_compared()
    {
        var parameters = new TokenRepetitionParameters { Tokenizer = SaveTokenizer() };
        var text = "Begin. " + string.Concat(Enumerable.Repeat("ねこ", 40)) + " Ende.";
        var spans = TaggerRun.Of("tokenizer_repetitions_v2r2", parameters).Tag(text)["repetition"];
        var span = Assert.Single(spans);
        Assert.Equal(40, span.Score);
        Assert.InRange(span.Start, 6, 7);
        Assert.Equal(87, span.End);

        var inParagraphs = TaggerRun.Of("paragraph_tokenizer_repetitions_v1", parameters).Tag("qjqjqjqj\nzz!")["repetition"];
        Assert.Contains(new AttributeSpan(0, 8, 4), inParagraphs);
    }

    [Fact]
    public void A_repetition_longer_than_a_part_is_cut_at_the_part() =>
        Assert.Equal(
            [(0, 100_000), (100_000, 150_000)],
            TaggerRun.Of("tokenizer_repetitions_v2r2", new TokenRepetitionParameters { Tokenizer = SaveTokenizer() })
                .Tag(new string('é', 150_000))["repetition"].Select(span => (span.Start, span.End)));

    // The tokenizer sees é as one character of two bytes, the text has two of three.
    [Fact]
    public void Places_are_those_of_the_text_where_the_tokenizer_normalizes_it()
    {
        var path = SaveTokenizer();
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        File.WriteAllText(path, json.ToJsonString());
        var parameters = new TokenRepetitionParameters { Tokenizer = path };
        var text = "vorher" + string.Concat(Enumerable.Repeat(" e\u0301", 5));
        Assert.Equal([new AttributeSpan(6, 21, 5)], TaggerRun.Of("tokenizer_repetitions_v2r2", parameters).Tag(text)["repetition"]);
        Assert.Contains(new AttributeSpan(0, 8, 4), TaggerRun.Of("paragraph_tokenizer_repetitions_v1", parameters).Tag("e\u0301e\u0301e\u0301e\u0301")["repetition"]);
    }

    private static Gen<ulong[]> Periodic() => Gen.Select(Gen.ULong[0, 2].Array[1, 13], Gen.Int[1, 6], Gen.ULong[0, 2].Array[0, 5]).Select((unit, times, around) =>
        (ulong[])[.. around, .. Enumerable.Repeat(unit, times).SelectMany(tokens => tokens), .. around]);

    private static List<PeriodicSequence> Naive(ulong[] tokens)
    {
        var found = new List<PeriodicSequence>();
        for (var period = 1; period <= 13; period++)
        {
            for (var start = 0; start + 3 * period <= tokens.Length; start++)
            {
                var end = start + period;
                while (end < tokens.Length && tokens[end] == tokens[end - period])
                {
                    end++;
                }

                var isLongest = start == 0 || tokens[start - 1] != tokens[start - 1 + period];
                if (isLongest && end - start >= 3 * period)
                {
                    found.Add(new PeriodicSequence(start, end, period));
                }
            }
        }

        return found;
    }

    private string SaveTokenizer()
    {
        var path = _folder.At("tokenizer.json");
        BpeTrainer.Train(["Begin. Ende. xyz zz!"], new BpeTrainerOptions { VocabularySize = 300 }, cancellationToken: TestContext.Current.CancellationToken).Save(path);
        return path;
    }
}
