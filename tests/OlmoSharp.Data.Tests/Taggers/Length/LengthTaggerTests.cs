using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Length;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Length;

public sealed partial class LengthTaggerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> OfDocuments => new()
    {
        { "bytes_length_v1", "bytes" },
        { "char_length_v1", "length" },
        { "char_length_strip_ws_v1", "length_no_ws" },
        { "doc_count_v1", "docs" },
        { "whitespace_tokenizer_v1", "length" },
    };

    [Theory]
    [MemberData(nameof(OfDocuments))]
    public void Documents_are_measured(string name, string type)
    {
        var tagger = TaggerRun.Of(name);
        NaiveText.Any.Sample(
            text =>
            {
                var expected = name switch
                {
                    "bytes_length_v1" => Encoding.UTF8.GetByteCount(text),
                    "char_length_v1" => NaiveText.Length(text),
                    "char_length_strip_ws_v1" => NaiveText.Length(NaiveText.Strip(text)),
                    "doc_count_v1" => 1,
                    _ => Pieces(text),
                };
                Assert.Equal(new SortedDictionary<string, AttributeSpan[]>(StringComparer.Ordinal) { [type] = NaiveText.Document(text, expected) }, tagger.Tag(text));
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public void Paragraphs_are_measured()
    {
        var (characters, pieces) = (TaggerRun.Of("char_length_with_paragraphs_v1"), TaggerRun.Of("whitespace_tokenizer_with_paragraphs_v1"));
        NaiveText.Any.Sample(
            text =>
            {
                var paragraphs = NaiveText.Paragraphs(text).Where(paragraph => NaiveText.Strip(paragraph.Text).Length > 0).ToList();
                Check(characters, paragraphs.Select(paragraph => (double)(paragraph.End - paragraph.Start)), NaiveText.Length(text));
                var scores = paragraphs.Select(paragraph => (double)Pieces(paragraph.Text)).ToList();
                Check(pieces, scores, scores.Sum());

                void Check(TaggerRun tagger, IEnumerable<double> expected, double sum)
                {
                    var said = tagger.Tag(text);
                    Assert.Equal(paragraphs.Zip(expected, (paragraph, score) => new AttributeSpan(paragraph.Start, paragraph.End, score)), said.GetValueOrDefault("paragraph") ?? []);
                    Assert.Equal(NaiveText.Document(text, sum), said["document"]);
                }
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public void Words_of_Unicode_have_negative_twins()
    {
        const string Text = "It's 3.5 km!\n \nねこ\n";
        Assert.Equal(8, TaggerRun.Of("uniseg_length_v1").Value("It's 3.5 km, no", "length"));
        var said = TaggerRun.Of("uniseg_length_paragraphs_with_doc_length_v1").Tag(Text);
        Assert.Equal([new AttributeSpan(0, 13, 4), new AttributeSpan(15, 18, 2)], said["paragraph"]);
        Assert.Equal([new AttributeSpan(0, 13, -4), new AttributeSpan(15, 18, -2)], said["negative_paragraph"]);
        Assert.Equal([new AttributeSpan(0, 18, 6)], said["document"]);
        Assert.Equal([new AttributeSpan(0, 18, -6)], said["negative_document"]);
        Assert.Equal(new AttributeSpan(13, 15, 0), TaggerRun.Of("uniseg_length_paragraphs_with_empty_v1").Tag(Text)["paragraph"][1]);
        Assert.Equal(2, TaggerRun.Of("uniseg_length_paragraphs_v1").Tag(Text).Count);
    }

    // Counted by hand: "It" "'" "s" " " … : every mark and digit alone, with the space before it.
    [Theory]
    [InlineData("", 0)]
    [InlineData("hello world", 2)]
    [InlineData("It's 42.", 6)]
    [InlineData("a  b", 3)]
    [InlineData("a ,b", 3)]
    [InlineData("𝐀𝐁a", 1)]
    [InlineData("x \n", 2)]
    public void The_pre_tokenizer_of_OLMo_isolates_marks_and_digits(string text, double expected)
    {
        Assert.Equal(expected, TaggerRun.Of("olmo_pretokenizer_v1").Value(text, "length"));
        Assert.Equal(expected, TaggerRun.Of("olmo_pretokenizer_with_paragraphs_v1").Value(text, "document"));
    }

    [Fact]
    public void Tokens_are_counted_by_the_tokenizer_that_is_named()
    {
        var path = _folder.At("tokenizer.json");
        var tokenizer = BpeTrainer.Train(["some text, some more text"], new BpeTrainerOptions { VocabularySize = 270 }, cancellationToken: TestContext.Current.CancellationToken);
        tokenizer.Save(path);
        var tagger = TaggerRun.Of("dolma_v2_tokenizer", new TokenizerParameters { Tokenizer = path });
        Assert.Equal(tokenizer.Encode("some textés").Length, tagger.Value("\u2003some textés \n", "length"));
        Assert.Equal(0, tagger.Value(" \n", "length"));
        Assert.Contains("tokenizer: is required", Assert.Throws<ConfigException>(() => new TaggerCatalog().Configure("dolma_v2_tokenizer")).Message);
        Assert.Contains("there is no such file", Assert.Throws<DataException>(
            () => new TaggerCatalog().Configure("dolma_v2_tokenizer", new TokenizerParameters { Tokenizer = _folder.At("none.json") })).Message);
    }

    private static int Pieces(string text) => Expression.Count(string.Concat(text.EnumerateRunes().Select(rune => rune.IsBmp ? rune.ToString() : "§"))) + 1;

    // Word characters by name, as .NET's \w lacks some numerals and circled letters.
    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9\u200C\u200D]+|[^\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9\u200C\u200D\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex Expression { get; }
}
