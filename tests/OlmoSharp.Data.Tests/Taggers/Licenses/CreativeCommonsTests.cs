using CsCheck;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Licenses;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Licenses;

public sealed class CreativeCommonsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Links of the test of Dolma's tagger, and others.
    [Theory]
    [InlineData("<a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>", "cc_by_4.0")]
    [InlineData("<a href=\"https://creativecommons.org/publicdomain/zero/1.0/?ref=chooser-v1\" target=\"_blank\">CC0</a>", "cc_publicdomain/zero_1.0")]
    [InlineData("<a rel=\"license\" href=\"http://creativecommons.org/licenses/by/3.0/\"> Creative Commons</a>.", "cc_by_3.0")]
    [InlineData("<a href=\"https://creativecommons.org/licenses/by-nc-sa/2.5/ca/legalcode.en\" hreflang=\"en\">", "cc_by-nc-sa_2.5")]
    [InlineData("<a href=\"https://creativecommons.org/licenses/by-nd/3.0/hr/legalcode.hr\">", "cc_by-nd_3.0")]
    [InlineData("<A\nHREF='http://creativecommons.org/licenses/by-nc/1.0'>", "cc_by-nc_1.0")]
    [InlineData("<meta name=\"license\" content=\"http://creativecommons.org/licenses/by-nd-nc/1.0/\">", "cc_by-nc-nd_1.0")]
    [InlineData("<link rel=license href=https://www.creativecommons.org/licenses/by-sa/4.0/>", "cc_by-sa_4.0")]
    [InlineData("<a href=&quot;http://creativecommons.org/licenses/by/deed.es&quot;>", "cc_by")]
    [InlineData("<a href=\"http://creativecommons.org/licenses/by/9.9/\">", "cc_by")]
    [InlineData("<a href=\"http://creativecommons.org/publicdomain/mark/1.0/\">", "cc_publicdomain/mark_1.0")]
    [InlineData("<a href=\"http://creativecommons.org/licenses/bypass/4.0/\">", null)]
    [InlineData("<a href=\"http://creativecommons.org/licenses/\">", null)]
    [InlineData("<a href=\"http://creativecommons.org/\">", null)]
    [InlineData("<a href=\"http://example.org/creativecommons.org/licenses/by/4.0/\">", null)]
    [InlineData("<a>http://creativecommons.org/licenses/by/4.0/</a>", null)]
    [InlineData("<img src=\"http://creativecommons.org/licenses/by/4.0/\">", null)]
    [InlineData("<abbr href=\"http://creativecommons.org/licenses/by/4.0/\">", null)]
    [InlineData("<a data-xhref=\"http://creativecommons.org/licenses/by/4.0/\">", null)]
    public void A_link_to_a_licence_is_found(string html, string? expected)
    {
        var said = TaggerRun.Of("cc_re").Tag("é text", metadata: new { html });
        Assert.Equal(expected is null ? [] : [expected], said.Keys);
        if (expected is not null)
        {
            Assert.Equal(NaiveText.Document("é text", 1), said[expected]);
        }
    }

    [Theory]
    [InlineData("see http://creativecommons.org/licenses/by-sa/3.0/ here", "cc_by-sa")]
    [InlineData("(https://creativecommons.org/licenses/publicdomain)", "cc_publicdomain")]
    [InlineData("see https://creativecommons.org/publicdomain/zero/1.0/", null)]
    [InlineData("see creativecommons.org/licenses/by/3.0/", null)]
    public void The_fast_tagger_finds_addresses_anywhere_and_no_versions(string html, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], TaggerRun.Of("cc_re_fast").Tag("text", metadata: new { html }).Keys);

    [Fact]
    public void The_more_links_the_less_sure()
    {
        var links = string.Concat(new[] { "by/4.0", "by-sa/3.0", "by/4.0" }.Select(license => $"<a href=\"http://creativecommons.org/licenses/{license}/\">x</a>"));
        var said = TaggerRun.Of("cc_re").Tag("text", metadata: new { html = links });
        Assert.Equal([1, 0.66667], said["cc_by_4.0"].Select(span => span.Score));
        Assert.Equal([0.75], said["cc_by-sa_3.0"].Select(span => span.Score));
    }

    [Fact]
    public void The_field_is_metadata_or_the_text_and_must_be_there()
    {
        const string link = "<a href='http://creativecommons.org/licenses/by/4.0/'>";
        Assert.Contains("no metadata.html", Assert.Throws<FormatException>(() => TaggerRun.Of("cc_re").Tag(link)).Message, StringComparison.Ordinal);
        Assert.Equal(["cc_by_4.0"], TaggerRun.Of("cc_re", new CreativeCommonsParameters { Field = "text" }).Tag(link).Keys);
        Assert.Equal(["cc_by_4.0"], TaggerRun.Of("cc_re", new CreativeCommonsParameters { Field = "metadata.page" }).Tag("", metadata: new { page = link }).Keys);
        var config = ConfigReader.ReadText<TagConfig>("documents: x\ntaggers: {name: cc_re, field: html}", "c.yaml");
        Assert.Contains("field: must be text, or metadata.", Assert.Throws<ConfigException>(() => new TaggerCatalog().Configure(config.Taggers[0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_says_which_document_lacks_the_page()
    {
        var path = _folder.Write("d/documents/a.jsonl", """
            {"id":"1","text":"a","source":"s","metadata":{"html":"<p>"}}
            {"id":"2","text":"b","source":"s"}
            """);
        var config = ConfigReader.ReadText<TagConfig>($"documents: '{path}'\ntaggers: cc_re", "c.yaml");
        var message = Assert.Throws<DataException>(() => TagRun.Run(config)).Message;
        Assert.StartsWith($"{path}, line 2: tagger cc_re: the document has no metadata.html", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_published_licence_is_told_apart()
    {
        var run = TaggerRun.Of("cc_re", new CreativeCommonsParameters { Field = "text" });
        foreach (var type in CreativeCommonsLicense.Types)
        {
            var path = type["cc_".Length..].Replace('_', '/');
            path = path.StartsWith("publicdomain/", StringComparison.Ordinal) ? path : $"licenses/{path}";
            Assert.Equal([type], run.Tag($"<a href=\"http://creativecommons.org/{path}/deed.de\">").Keys);
            Assert.Equal([type], run.Tag($"<a href=\"http://creativecommons.org/{path}\">").Keys);
        }
    }

    [Fact]
    public void Any_page_is_read_to_its_end() => Gen.Int[0, 9].Array[0, 30].Sample(
        places =>
        {
            string[] parts = ["<a href=\"", "http://", "creativecommons.org/", "licenses/", "by", "/4.0", "\">", "publicdomain/zero", " ", "é"];
            var text = string.Concat(places.Select(place => parts[place]));
            var found = System.Text.RegularExpressions.Regex.Count(text, "<a href=\" *http://creativecommons.org/(licenses/by|licenses/publicdomain|publicdomain/zero)(?![a-z0-9.-])");
            Assert.Equal(found, TaggerRun.Of("cc_re", new CreativeCommonsParameters { Field = "text" }).Tag(text).Values.Sum(spans => spans.Length));
        },
        iter: 2_000,
        threads: 1);

    [Fact]
    public void Many_links_without_tags_take_no_long_time() =>
        Assert.Empty(TaggerRun.Of("cc_re", new CreativeCommonsParameters { Field = "text" }).Tag(string.Concat(Enumerable.Repeat("http://creativecommons.org/licenses/by/4.0 ", 50_000))));
}
