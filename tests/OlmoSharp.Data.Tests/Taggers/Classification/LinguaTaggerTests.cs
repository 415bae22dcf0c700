using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Classification;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Classification;

public sealed class LinguaTaggerTests
{
    private static readonly LinguaParameters Some = new() { Languages = ["en", "de", "ja"], LowAccuracy = true };

    [Fact]
    public void Paragraphs_are_of_their_languages_and_the_document_of_both()
    {
        const string Text = "The weather was very nice this morning.\n\nDas Wetter war heute morgen sehr schön.\n12 34\n今日はとても良い天気でした。";
        var said = TaggerRun.Of("lingua_paragraph_with_doc_score_v1", Some).Tag(Text);
        Assert.InRange(said["en"][0].Score, 0.9, 1);
        Assert.InRange(said["de"][1].Score, 0.9, 1);
        Assert.Equal(1, said["ja"][2].Score);

        // Digits have no language, so nothing is said of the third paragraph.
        Assert.All(new[] { "en", "de", "ja" }, language => Assert.Equal([0, 41, 87], said[language].Select(span => span.Start)));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, said["en"][i].Score + said["de"][i].Score + said["ja"][i].Score, 3e-5));
        Assert.Equal(said["de"].Sum(span => (span.End - span.Start) * span.Score) / Text.Length, Assert.Single(said["doc_de"]).Score, 2e-5);
    }

    [Fact]
    public async Task Threads_that_share_the_models_say_the_same()
    {
        string[] texts = ["The sun is out.", "Die Sonne scheint heute.", "Where is my old umbrella?", "Wo ist mein alter Schirm?"];
        var catalog = new TaggerCatalog();
        var alone = texts.Select(text => TaggerRun.Of("lingua_doc_v1", Some).Value(text, "en")).ToArray();
        var shared = catalog.Configure("lingua_doc_v1", Some with { Languages = ["de", "en", "ja"] });
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => new TaggerRun(shared).Value(texts[i % 4], "en"), TestContext.Current.CancellationToken)));
        Assert.All(Enumerable.Range(0, 8), i => Assert.Equal(alone[i % 4], together[i]));
    }

    [Fact]
    public void English_has_a_complement()
    {
        var english = TaggerRun.Of("lingua_en_doc_v1", new LinguaSettings { Languages = ["de", "en"], LowAccuracy = true });
        var said = english.Tag("This is a sentence in the English language.");
        Assert.InRange(Assert.Single(said["en"]).Score, 0.9, 1);
        Assert.Equal(1 - said["en"][0].Score, Assert.Single(said["not_en"]).Score, 1e-5);
        Assert.Equal(1, english.Value("123", "not_en"));
    }

    [Theory]
    [InlineData("Lingua knows no language xx. It knows af, ", "en", "xx")]
    [InlineData("needs at least two", "en")]
    [InlineData("needs at least two, each once", "en", "en")]
    public void Languages_that_cannot_be_are_said(string expected, params string[] languages) => Assert.Contains(
        expected, Assert.Throws<DataException>(() => new TaggerCatalog().Configure("lingua_doc_v1", new LinguaParameters { Languages = languages })).Message, StringComparison.Ordinal);

    [Fact]
    public void English_must_be_among_the_languages() => Assert.Contains(
        "has no label en", Assert.Throws<DataException>(() => new TaggerCatalog().Configure("lingua_en_doc_v1", new LinguaSettings { Languages = ["de", "fr"] })).Message);
}
