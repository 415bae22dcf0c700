using System.Net;
using Xunit;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Nothing that a model writes does anything, and nothing comes from elsewhere.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PageSafetyTests(Browser browser)
{
    private const string Attacks =
        """
        <img src=x onerror="window.hit=1"> <script>window.hit=1</script> <svg onload=window.hit=1></svg>
        [a](javascript:window.hit=1) [b](JaVaScRiPt:window.hit=1) [c](data:text/html,<script>1</script>) [d](//example.com) [e]( javascript:alert(1)) <javascript:window.hit=1>
        [f](https://example.com/"onclick="window.hit=1) ![g](https://example.com/pixel.png) [h](http://[bad) [i](vbscript:x "title")
        **<b onmouseover=window.hit=1>bold</b>** `<i>code</i>`
        | <u>cell</u> | [j](file:///etc/passwd) |
        |---|---|
        | <iframe src="https://example.com"></iframe> | &lt;b&gt; &#106;avascript: |
        ```html" onclick="window.hit=1
        </code></pre><script>window.hit=1</script>
        ```
        <style>body{display:none}</style><base href="https://example.com"><form action="https://example.com"><meta http-equiv="refresh" content="0;url=https://example.com">
        """;

    [Fact]
    public async Task What_a_model_writes_is_text()
    {
        await using var server = await SpeakingModel.StartAsync(Attacks);
        await using var page = await browser.OpenAsync(server);
        await page.Page.EvaluateAsync("localStorage.setItem('olmosharp.settings', JSON.stringify({ max_tokens: 3000 }))");
        await page.LoadAsync();
        await page.SayAsync(Attacks);
        await page.LoadAsync();
        const string allowed = "a blockquote button code del div em h3 h4 h5 h6 hr li ol p pre span strong svg table tbody td th thead tr ul use";
        var found = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#thread .body *')].map(element => element.localName)");
        Assert.Equal([], found.Except(allowed.Split(' ')));
        Assert.Empty(
            await page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('#thread .body *')].flatMap(element => [...element.attributes]).map(attribute => attribute.name).filter(name => name.startsWith('on') || name === 'src' || name === 'style')"));
        var addresses = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#thread a')].map(link => link.href)");
        Assert.All(addresses, address => Assert.StartsWith("https://example.com/", address, StringComparison.Ordinal));
        Assert.All(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#thread a')].map(link => link.rel)"), rel => Assert.Equal("noopener noreferrer", rel));
        Assert.Equal("undefined", await page.EvaluateAsync<string>("typeof window.hit"));
        Assert.Equal(Attacks.ReplaceLineEndings("\n"), await page.Questions.First.EvaluateAsync<string>("element => element.textContent"));
        Assert.Contains("<script>window.hit=1</script>", await page.Page.Locator(".markdown pre").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policy_forbids_scripts_that_are_not_files_of_the_server()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotMatch("""(?i)\son\w+\s*=|\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|https?://(?!www\.w3\.org/2000/svg)""", html);
        // The policy also holds for what gets into the page by another way.
        await using var page = await browser.OpenAsync(server);
        var blocked = await page.EvaluateAsync<string>(
            """
            () => new Promise(resolve => {
              document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true });
              const button = document.createElement('button');
              button.setAttribute('onclick', 'window.hit = 1');
              button.click();
              setTimeout(() => resolve('nothing'), 60000);
            })
            """);
        Assert.Equal("script-src-attr", blocked);
        page.Forgive("Content Security Policy");
    }

    [Fact]
    public async Task Every_file_says_what_it_is_and_is_sent_once()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        var files = await page.EvaluateAsync<string[]>("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.includes('/v1/') && !name.endsWith('/tokenize')).concat(location.href)");
        Assert.InRange(files.Length, 15, 40);
        foreach (var file in files)
        {
            using var response = await server.Client.GetAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(
                Path.GetExtension(new Uri(file).AbsolutePath) switch { ".js" => "text/javascript", ".css" => "text/css", ".svg" => "image/svg+xml", _ => "text/html" },
                response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            using var again = new HttpRequestMessage(HttpMethod.Get, file);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var unchanged = await server.Client.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }
    }
}
