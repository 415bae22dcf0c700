using CsCheck;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Urls;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Urls;

public sealed class UrlListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // hostname.lstrip("www.") takes off every w and point at the start, so that Dolma looks for eb.com when the page is of web.com.
    [Fact]
    public void Lstrip_www_does_not_turn_web_com_into_eb_com()
    {
        Assert.True(IsListed("web.com", "http://web.com/page"));
        Assert.True(IsListed("web.com", "http://www.web.com/page"));
        Assert.True(IsListed("www.web.com", "http://web.com"));
        Assert.False(IsListed("web.com", "http://eb.com/page"));
        Assert.False(IsListed("eb.com", "http://web.com/page"));
        Assert.False(IsListed("www.ww.com", "http://com.ww/"));
        Assert.True(IsListed("www.com", "http://www.com/"));
        Assert.False(IsListed("www.com", "http://com.com/"));
    }

    [Theory]
    [InlineData("evil.com", "https://user:pw@EVIL.com:8080/a?b#c", true)]
    [InlineData("evil.com", "evil.com/a", true)]
    [InlineData("evil.com", "//evil.com", true)]
    [InlineData("evil.com", "evil.com:443/x", true)]
    [InlineData("evil.com", "http://evil.com./", true)]
    [InlineData("evil.com", "http://sub.evil.com/", false)]
    [InlineData("evil.com", "http://evil.com.org/", false)]
    [InlineData("evil.com", "http://notevil.com/", false)]
    [InlineData("evil.com", "http://good.com/?u=http://evil.com/", false)]
    [InlineData("evil.com", "http://good.com/evil.com", false)]
    [InlineData("evil.com", "http://evil.com@good.com/", false)]
    [InlineData("evil.com", "http://good.com@evil.com/", true)]
    [InlineData("https://evil.com/", "http://evil.com/x", true)]
    [InlineData("0.0.0.0 evil.com # why", "http://evil.com", true)]
    [InlineData("127.0.0.1\tlocalhost evil.com www.bad.org", "http://bad.org", true)]
    [InlineData("::1 evil.com", "http://evil.com", true)]
    [InlineData(".evil.com", "http://a.b.evil.com/", true)]
    [InlineData("*.evil.com", "http://evil.com/", true)]
    [InlineData("||evil.com^", "http://a.b.evil.com/x", true)]
    [InlineData("||evil.com^$document,popup", "http://evil.com/x", true)]
    [InlineData("||evil.com^$third-party\n||x.org^", "http://evil.com/x", false)]
    [InlineData("||evil.com^", "http://devil.com/", false)]
    [InlineData("||evil.com^\n@@||good.evil.com^", "http://x.good.evil.com/", false)]
    [InlineData("||evil.com^\n@@||good.evil.com^", "http://bad.evil.com/", true)]
    [InlineData("10.1.2.3", "http://10.1.2.3/x", true)]
    [InlineData("||2.3.com^\n||1.2^", "http://10.1.1.2/x", false)]
    [InlineData("münchen.de", "http://xn--mnchen-3ya.de/", true)]
    [InlineData("xn--mnchen-3ya.de", "http://MÜNCHEN.de/", true)]
    [InlineData("http://[2001:db8::1]/", "http://[2001:DB8::1]:80/x", true)]
    public void A_host_is_found_in_whatever_way_it_is_written(string list, string url, bool expected) => Assert.Equal(expected, IsListed(list, url));

    [Theory]
    [InlineData("evil.com/a", "http://www.evil.com/a/?q=1", true)]
    [InlineData("http://EVIL.com/A/", "https://evil.com/a#x", true)]
    [InlineData("evil.com/a", "http://evil.com/a/b", false)]
    [InlineData("evil.com/a", "http://evil.com/", false)]
    [InlineData("evil.com:81/a", "http://evil.com/a", false)]
    [InlineData("evil.com:81/a", "http://evil.com:81/a", true)]
    [InlineData("evil.com", "http://evil.com/", true)]
    [InlineData("evil.com", "http://evil.com/a", false)]
    [InlineData("||evil.com^", "http://evil.com/a", true)]
    public void A_link_is_a_page_and_no_more(string list, string url, bool expected) => Assert.Equal(expected, IsListed(list, url, "link_blocklist_v1"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("http://.")]
    [InlineData("http://..")]
    [InlineData("http://www.")]
    [InlineData("://evil.com")]
    [InlineData("http://a..evil.com")]
    [InlineData("http://evil com/")]
    [InlineData("http://evil.com:port/")]
    [InlineData("http://com/")]
    [InlineData("mailto:me@evil.com")]
    [InlineData("javascript:evil.com")]
    [InlineData("http://[evil.com")]
    [InlineData("http://[]/")]
    [InlineData("http://%65vil.com/")]
    [InlineData("http://\u0000evil.com/")]
    [InlineData("http://@/")]
    [InlineData("http://:80/")]
    [InlineData("??")]
    public void A_malformed_URL_is_in_no_list(string url)
    {
        const string list = "||evil.com^\nevil.com\n||a.com^\n.b.org";
        Assert.False(IsListed(list, url));
        Assert.False(IsListed("evil.com\nevil.com/path", url, "link_blocklist_v1"));
        Assert.False(IsListed(list, url, "domain_allowlist_v1"));
    }

    [Theory]
    [InlineData("||^", "this is no host, URL or rule")]
    [InlineData("||com^", "this is no host, URL or rule")]
    [InlineData("*.", "this is no host, URL or rule")]
    [InlineData(".", "this is no host, URL or rule")]
    [InlineData("http://", "this is no host, URL or rule")]
    [InlineData("||*^", "this is no host, URL or rule")]
    [InlineData("||evil.com/ads^", "the address of a page")]
    [InlineData("||evil.com/ads", "only ||host^, alone or with options, is understood")]
    [InlineData("@@/ads/", "only @@||host^ is understood")]
    [InlineData("evil.com/page", "the address of a page, which does not stand for its whole host")]
    [InlineData("evil com", "understood only in a hosts file")]
    [InlineData("0.0.0.0 evil.com bad.org/x", "the address of a page")]
    public void A_line_that_is_not_understood_is_an_error_or_left_out(string line, string expected)
    {
        var path = _folder.Write("list.txt", $"! comment\n# comment\n\n{line}\ngood.com\n");
        var error = Assert.Throws<DataException>(() => Run(new UrlListParameters { Lists = [path] }));
        Assert.StartsWith($"{path}, line 4: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("skip_unknown: true", error.Message, StringComparison.Ordinal);
        Assert.True(IsFound(Run(new UrlListParameters { Lists = [path], SkipUnknown = true }), "http://good.com/"));
    }

    [Fact]
    public void A_list_of_nothing_is_an_error()
    {
        var path = _folder.Write("list.txt", "! comment\n[Adblock Plus 2.0]\nexample.com##.ad\n127.0.0.1 localhost\n");
        Assert.Contains("the list has no entries", Assert.Throws<DataException>(() => Run(new UrlListParameters { Lists = [path] })).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => Run(new UrlListParameters { Lists = [_folder.At("none.txt")] })).Message, StringComparison.Ordinal);
        var links = new UrlListParameters { Lists = [_folder.Write("links.txt", "a.com/b")], Subdomains = true };
        Assert.Contains("subdomains is for lists of hosts", Assert.Throws<DataException>(() => Run(links, "link_blocklist_v1")).Message, StringComparison.Ordinal);
        Assert.Contains("lists: is required", Assert.Throws<ConfigException>(() => new TaggerCatalog().Configure("blocklist_hosts_porn_v1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_what_is_allowed_hold_subdomains_and_make_exceptions()
    {
        Assert.True(IsListed("good.org", "http://a.good.org/", "domain_allowlist_v1"));
        Assert.False(IsListed("good.org", "http://bad.org/", "domain_allowlist_v1"));
        var (blocked, allowed) = (_folder.Write("block.txt", ".bad.org"), _folder.Write("allow.txt", "ok.bad.org"));
        var run = Run(new UrlListParameters { Lists = [blocked], Allow = [allowed] });
        Assert.True(IsFound(run, "http://bad.org/"));
        Assert.False(IsFound(run, "http://ok.bad.org/"));
        Assert.True(IsFound(run, "http://x.ok.bad.org/"));
        run = Run(new UrlListParameters { Lists = [blocked], Allow = [allowed], Subdomains = true });
        Assert.False(IsFound(run, "http://x.ok.bad.org/"));
        run = Run(new UrlListParameters { Lists = [_folder.Write("links.txt", "ok.bad.org/a\nbad.org/a")], Allow = [allowed] }, "link_blocklist_v1");
        Assert.True(IsFound(run, "http://bad.org/a"));
        Assert.False(IsFound(run, "http://ok.bad.org/a"));
    }

    [Fact]
    public void A_document_without_a_URL_is_in_no_list()
    {
        var run = Run(new UrlListParameters { Lists = [_folder.Write("list.txt", "evil.com")] });
        Assert.Empty(run.Tag("text"));
        Assert.Empty(run.Tag("text", metadata: new { url = (string?)null, other = "http://evil.com" }));
        Assert.Empty(run.Tag("text", metadata: new { a = new { url = "http://evil.com" } }));
        Assert.Equal(NaiveText.Document("text é", 1), run.Tag("text é", metadata: new { n = 1, url = "http://évil.com/é".Replace('é', 'e') })["url"]);
    }

    [Fact]
    public void A_URL_that_is_not_Unicode_is_an_error_with_its_line()
    {
        var list = _folder.Write("list.txt", "evil.com");
        var path = _folder.Write("d/documents/a.jsonl", """{"id":"1","text":"a","source":"s","metadata":{"url":"http://evil.com/\ud800"}}""");
        var config = ConfigReader.ReadText<TagConfig>($"documents: '{path}'\ntaggers: {{name: domain_blocklist_v1, lists: '{list}'}}", "c.yaml");
        Assert.StartsWith(
            $"{path}, line 1: tagger domain_blocklist_v1: \"url\" in \"metadata\" is not valid Unicode",
            Assert.Throws<DataException>(() => TagRun.Run(config)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_change_with_what_each_file_of_a_list_holds_and_not_with_paths()
    {
        string Settings(string first, string second)
        {
            var (one, two) = (_folder.Write($"{Guid.NewGuid()}.txt", first), _folder.Write($"{Guid.NewGuid()}.txt", second));
            return new TaggerCatalog().Configure(ConfigReader.ReadText<TagConfig>($"documents: [x]\ntaggers: {{name: domain_blocklist_v1, lists: ['{one}', '{two}']}}", "c.yaml").Taggers[0]).Settings;
        }

        Assert.Equal(Settings("a.com", "b.com"), Settings("a.com", "b.com"));
        Assert.NotEqual(Settings("a.com", "b.com"), Settings("a.com", "c.com"));
        Assert.NotEqual(Settings("a.com", "b.com"), Settings("c.com", "b.com"));
        var path = _folder.Write("one.txt", "a.com");
        Assert.Equal(
            new TaggerCatalog().Configure("domain_blocklist_v1", new UrlListParameters { Lists = [path] }).Settings,
            new TaggerCatalog().Configure(ConfigReader.ReadText<TagConfig>($"documents: [x]\ntaggers: {{name: domain_blocklist_v1, lists: '{path}'}}", "c.yaml").Taggers[0]).Settings);
    }

    [Fact]
    public void A_hundred_thousand_hosts_are_found_and_no_others()
    {
        var listed = Enumerable.Range(0, 100_000).Select(i => $"host{i * 7}.example{i % 10}.com").ToHashSet();
        var path = _folder.Write("big.txt", string.Join('\n', listed.Select((host, i) => (i % 4) switch { 0 => host, 1 => $"0.0.0.0 {host}", 2 => $"||{host}^", _ => $"http://www.{host}/" })));
        var run = Run(new UrlListParameters { Lists = [path] });
        Gen.Int[0, 800_000].Array[200].Sample(
            numbers =>
            {
                foreach (var number in numbers)
                {
                    var host = $"host{number}.example{number / 7 % 10}.com";
                    Assert.Equal(listed.Contains(host), IsFound(run, $"https://{host}/x"));
                }
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public void A_set_holds_what_it_was_given()
    {
        var address = new PageAddress();
        Gen.Int[0, 300].Array[0, 200].Sample(
            numbers =>
            {
                var set = new AddressSet(
                    [.. numbers.Select(number => AddressSet.HashOf(number % 2 == 0 ? AddressKind.Host : AddressKind.Domain, System.Text.Encoding.UTF8.GetBytes($"a{number}.org")))], hasDomains: true, hasLinks: false);
                Assert.Equal(numbers.Distinct().Count(), set.Count);
                foreach (var number in Enumerable.Range(0, 301))
                {
                    Assert.True(address.Read(System.Text.Encoding.UTF8.GetBytes($"http://a{number}.org/")));
                    Assert.Equal(numbers.Contains(number), set.Contains(address));
                    Assert.True(address.Read(System.Text.Encoding.UTF8.GetBytes($"http://b.c.a{number}.org/")));
                    Assert.Equal(numbers.Contains(number) && number % 2 == 1, set.Contains(address));
                }
            },
            iter: 100,
            threads: 1);
    }

    private static TaggerRun Run(UrlListParameters parameters, string name = "domain_blocklist_v1") => TaggerRun.Of(name, parameters);

    private static bool IsFound(TaggerRun run, string url) => run.Tag("text", metadata: new { url }).ContainsKey("url");

    private bool IsListed(string list, string url, string name = "domain_blocklist_v1") =>
        IsFound(Run(new UrlListParameters { Lists = [_folder.Write("list.txt", list)] }, name), url);
}
