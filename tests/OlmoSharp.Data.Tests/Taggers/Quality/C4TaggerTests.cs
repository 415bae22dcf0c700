using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Quality;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Quality;

public sealed class C4TaggerTests : IDisposable
{
    private static readonly string[] Naughty = ["ñandú", "Ab", "word.", "the be", "漢字"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c4_v1", false)]
    [InlineData("c4_v1", true)]
    [InlineData("c4_v2", false)]
    [InlineData("c4_v2", true)]
    public void Agrees_with_a_plain_reading_of_the_rules(string name, bool hasList)
    {
        var list = _folder.Write("naughty.txt", string.Join('\n', Naughty) + "\n\n");
        var tagger = TaggerRun.Of(name, new C4Parameters { NaughtyWords = hasList ? list : null });
        NaiveText.Any.Sample(text => Assert.Equal(Naive(text, name, hasList ? Naughty : []), tagger.Tag(text)), iter: 300, threads: 1);
    }

    [Theory]
    [InlineData("c4_v1", "use javascript now", true)]
    [InlineData("c4_v1", "use javascript, now", false)]
    [InlineData("c4_v2", "use JavaScript, now", true)]
    [InlineData("c4_v2", "use java script", false)]
    public void Version_1_wants_javascript_as_a_word(string name, string text, bool found) =>
        Assert.Equal(found, TaggerRun.Of(name).Tag(text).ContainsKey("has_javascript"));

    // "İ" becomes two characters in lower case, by which Dolma's version 2 shifts all later offsets.
    [Fact]
    public void Offsets_are_those_of_the_text_and_not_of_its_lower_case() =>
        Assert.Equal(
            [new AttributeSpan(0, 3, 1), new AttributeSpan(3, 5, 1)],
            TaggerRun.Of("c4_v2").Tag("İİ\nno")["lines_with_no_ending_punctuation"]);

    [Fact]
    public void A_list_that_is_missing_or_empty_is_an_error()
    {
        var catalog = new TaggerCatalog();
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => catalog.Configure("c4_v1", new C4Parameters { NaughtyWords = _folder.At("none.txt") })).Message);
        var empty = _folder.Write("empty.txt", "\n \n");
        Assert.Contains("the list is empty", Assert.Throws<DataException>(() => catalog.Configure("c4_v1", new C4Parameters { NaughtyWords = empty })).Message);
        var broken = _folder.Write("broken.txt", [0xFF, 0xFE, 0x41]);
        Assert.Contains("must be UTF-8", Assert.Throws<DataException>(() => catalog.Configure("c4_v1", new C4Parameters { NaughtyWords = broken })).Message);
    }

    private static SortedDictionary<string, AttributeSpan[]> Naive(string text, string name, string[] naughty)
    {
        var said = new SortedDictionary<string, AttributeSpan[]>(StringComparer.Ordinal);
        var lines = NaiveText.Places(NaiveText.Lines(text)).ToList();
        Say("lines_with_no_ending_punctuation", line => !NaiveText.Strip(line).EndsWith('.') && !NaiveText.Strip(line).EndsWith('?') && !NaiveText.Strip(line).EndsWith('!') && !NaiveText.Strip(line).EndsWith('"'));
        Say("lines_with_too_few_words", line => NaiveText.Split(line).Length < 3);
        var lower = text.ToLowerInvariant();
        var words = NaiveText.Split(lower);
        Flag("has_naughty_word", naughty.Select(entry => entry.ToLowerInvariant()).Any(entry => entry.Contains(' ') ? lower.Contains(entry, StringComparison.Ordinal) : words.Contains(entry)));
        Flag("has_javascript", name == "c4_v1" ? words.Contains("javascript") : lower.Contains("javascript", StringComparison.Ordinal));
        Flag("has_lorem_ipsum", lower.Contains("lorem ipsum", StringComparison.Ordinal));
        Flag("has_curly_brace", text.Contains('{'));
        said["line_count"] = NaiveText.Document(text, lines.Count);
        return said;

        void Say(string type, Func<string, bool> holds)
        {
            AttributeSpan[] spans = [.. lines.Where(line => holds(line.Text)).Select(line => new AttributeSpan(line.Start, line.End, 1))];
            if (spans.Length > 0)
            {
                said[type] = spans;
            }
        }

        void Flag(string type, bool holds)
        {
            if (holds)
            {
                said[type] = NaiveText.Document(text, 1);
            }
        }
    }
}
