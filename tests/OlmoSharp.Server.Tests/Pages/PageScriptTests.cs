using System.Text.Json;
using CsCheck;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The page's modules on their own, in the browser.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PageScriptTests(Browser browser, SampleModelFixture sample)
{
    private const string ReadScript =
        """
        async ([pieces]) => {
          const { EventParser } = await import('/chat/events.js');
          const parser = new EventParser();
          return pieces.flatMap(piece => parser.push(piece)).map(event => `${event.type}|${event.data}`);
        }
        """;

    private const string MarkdownScript =
        """
        async text => {
          const { renderMarkdown } = await import('/chat/markdown.js');
          const place = document.createElement('div');
          place.append(renderMarkdown(text));
          place.querySelectorAll('.code-head').forEach(head => head.remove());
          place.querySelectorAll('*').forEach(element => ['class', 'tabindex', 'role', 'aria-label', 'scope', 'target', 'rel'].forEach(name => element.removeAttribute(name)));
          return place.innerHTML;
        }
        """;

    // The HTML standard's own examples, and its rules for the ends of lines and unknown fields.
    [Theory]
    [InlineData("data: YHOO\ndata: +2\ndata: 10\n\n", "message|YHOO\n+2\n10")]
    [InlineData(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n", "message|first event", "message|second event", "message| third event")]
    [InlineData("data\n\ndata\ndata\n\ndata:", "message|", "message|\n")]
    [InlineData("data:test\n\ndata: test\n\n", "message|test", "message|test")]
    [InlineData("event: add\ndata: 1\n\nevent: add\n\ndata: 2\r\n\r\ndata: 3\r\rfoo: x\nretry: 5\n\n", "add|1", "message|2", "message|3")]
    public async Task Events_are_read_as_the_standard_says(string stream, params string[] expected)
    {
        await using var page = await OpenAsync();
        var whole = await ReadAsync(page, [stream]);
        Assert.Equal(expected, whole);
        var split = await ReadAsync(page, [.. stream.Select(letter => letter.ToString())]);
        Assert.Equal(expected, split);
    }

    [Fact]
    public async Task Wherever_a_stream_is_cut_the_events_are_the_same()
    {
        await using var page = await OpenAsync();
        var streams = Gen.OneOf("data: ", "event: e", "data", ":", "\n", "\r\n", "\r", "\n\n", "x ", "é😀").Array[1, 30].Select(string.Concat);
        await Gen.Select(streams, Gen.Int[0, 1 << 20].Array[1, 8]).Array[100].SampleAsync(async cases => Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            async cases => {
              const { EventParser } = await import('/chat/events.js');
              const read = pieces => {
                const parser = new EventParser();
                return JSON.stringify(pieces.flatMap(piece => parser.push(piece)));
              };
              return cases.filter(([whole, cuts]) => {
                const places = [0, ...cuts.map(cut => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
                return read([whole]) !== read(places.slice(1).map((place, i) => whole.slice(places[i], place)));
              }).map(([whole]) => whole);
            }
            """,
            cases.Select(item => new object[] { item.Item1, item.Item2 }).ToArray())), iter: 4, threads: 1);
    }

    [Theory]
    [InlineData("a **b *c* d** e", "<p>a <strong>b <em>c</em> d</strong> e</p>")]
    [InlineData("***both***, _one_, __two__, snake_case_name, 2 * 3 * 4, **open", "<p><em><strong>both</strong></em>, <em>one</em>, <strong>two</strong>, snake_case_name, 2 * 3 * 4, **open</p>")]
    [InlineData("`a * b` ``c ` d`` \\*not\\* ~~gone~~", "<p><code>a * b</code> <code>c ` d</code> *not* <del>gone</del></p>")]
    [InlineData("one\ntwo\n\nthree", "<p>one\ntwo</p><p>three</p>")]
    [InlineData("# A\n### B #\n#not", "<h3>A</h3><h5>B</h5><p>#not</p>")]
    [InlineData("- a\n- b\n  - c\n\n    d\n- e", "<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p><p>d</p></li></ul></li><li><p>e</p></li></ul>")]
    [InlineData("3. a\n4. b\n\n1) c", "<ol start=\"3\"><li><p>a</p></li><li><p>b</p></li></ol><ol><li><p>c</p></li></ol>")]
    [InlineData("1. a\n\n   ```py\n   x = 1\n     y\n   ```\n2. b", "<ol><li><p>a</p><div><pre><code>x = 1\n  y</code></pre></div></li><li><p>b</p></li></ol>")]
    [InlineData("```js\nif (a < b) {}\n\n**x**", "<div><pre><code>if (a &lt; b) {}\n\n**x**</code></pre></div>")]
    [InlineData("~~~\na\n```\n~~~\nb", "<div><pre><code>a\n```</code></pre></div><p>b</p>")]
    [InlineData("> a\n> > b\n\n---\n* * *", "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><hr><hr>")]
    [InlineData("| a | b |\n|:-:|--:|\n| `x|y` | z \\| w |\n| 1 |", "<div><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>`x</td><td>y`</td></tr><tr><td>1</td><td></td></tr></tbody></table></div>")]
    [InlineData("[a *b*](https://x.org/y_z_(1) \"t\") <http://x.org> https://x.org/a_b.", "<p><a href=\"https://x.org/y_z_(1)\">a <em>b</em></a> <a href=\"http://x.org\">http://x.org</a> <a href=\"https://x.org/a_b\">https://x.org/a_b</a>.</p>")]
    [InlineData("![alt](https://x.org/i.png) [x](ftp://x.org) [y] [z](", "<p><a href=\"https://x.org/i.png\">alt</a> [x](ftp://x.org) [y] [z](</p>")]
    [InlineData("<b>x</b> &amp; <!-- c -->", "<p>&lt;b&gt;x&lt;/b&gt; &amp;amp; &lt;!-- c --&gt;</p>")]
    public async Task Markdown_becomes_elements(string text, string expected)
    {
        await using var page = await OpenAsync();
        Assert.Equal(expected, await page.EvaluateAsync<string>(MarkdownScript, text));
    }

    [Fact]
    public async Task Markdown_that_grows_is_shown_as_if_it_had_come_at_once()
    {
        await using var page = await OpenAsync();
        var texts = Gen.OneOf("**", "*", "_", "`", "```", "\n", "\n\n", "- ", "1. ", "  ", "> ", "# ", "|", "|--|", "[", "](", "https://x.org", ")", "word ", "\\", "~~", "<b>", "---", "é😀")
            .Array[1, 40].Select(string.Concat);
        await texts.Array[50].SampleAsync(async many => Assert.Empty(await page.EvaluateAsync<string[]>(
            """
            async texts => {
              const { MarkdownView, renderMarkdown } = await import('/chat/markdown.js');
              const allowed = new Set('a blockquote button code del div em h3 h4 h5 h6 hr li ol p pre span strong svg table tbody td th thead tr ul use'.split(' '));
              return texts.filter(text => {
                const view = new MarkdownView(document.createElement('div'));
                for (let end = 1; end <= text.length; end += 3) {
                  view.update(text.slice(0, end));
                }
                view.update(text);
                const whole = document.createElement('div');
                whole.append(renderMarkdown(text));
                const elements = [...whole.querySelectorAll('*')];
                return view.element.innerHTML !== whole.innerHTML || elements.some(element => !allowed.has(element.localName) || (element.localName === 'a' && !/^https?:/.test(element.href)));
              });
            }
            """,
            many)), iter: 4, threads: 1);
    }

    [Fact]
    public async Task Depth_is_bounded_whatever_a_model_writes()
    {
        await using var page = await OpenAsync();
        string[] texts =
        [
            new string('>', 20_000), string.Concat(Enumerable.Repeat("- ", 20_000)), string.Concat(Enumerable.Repeat("*a ", 20_000)) + string.Concat(Enumerable.Repeat("b* ", 20_000)),
            new string('[', 20_000), string.Concat(Enumerable.Repeat("[a](", 20_000)), string.Concat(Enumerable.Repeat("**_", 10_000)) + "x" + string.Concat(Enumerable.Repeat("_**", 10_000)),
            string.Concat(Enumerable.Repeat("`" + new string('`', 3), 10_000)), "# " + new string(' ', 50_000) + "x", new string('`', 50_000), string.Concat(Enumerable.Repeat("- a\n", 20_000)),
        ];
        var depths = await page.EvaluateAsync<int[]>(
            """
            async texts => {
              const { renderMarkdown } = await import('/chat/markdown.js');
              const depth = node => (node.children ? Math.max(0, ...[...node.children].slice(0, 100).map(depth)) + 1 : 1);
              return texts.map(text => depth(renderMarkdown(text)));
            }
            """,
            texts);
        Assert.All(depths, depth => Assert.InRange(depth, 1, 60));
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/completions")]
    public async Task Streams_add_up_to_the_whole_answer(string path)
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        var isChat = path.Contains("chat", StringComparison.Ordinal);
        var body = new Dictionary<string, object> { ["model"] = SampleModel.Name, ["temperature"] = 0, ["max_tokens"] = 12, ["logprobs"] = isChat ? true : 3 };
        body[isChat ? "messages" : "prompt"] = isChat ? new[] { new { role = "user", content = "Go" } } : "Go";
        var found = await page.EvaluateAsync<string>(
            """
            async ([path, body]) => {
              const { Api } = await import('/chat/api.js');
              const api = new Api(() => null);
              const whole = { text: '', tokens: [] };
              for await (const piece of path.includes('chat') ? api.chat(body, null) : api.complete(body, null)) {
                whole.text += piece.text;
                whole.tokens.push(...(piece.tokens ?? []));
                whole.finish = piece.finish ?? whole.finish;
                whole.usage = piece.usage ?? whole.usage;
              }
              return JSON.stringify(whole);
            }
            """,
            new object[] { path, body });
        var streamed = JsonDocument.Parse(found).RootElement;
        var answer = await server.PostAsync(path, body);
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal((isChat ? choice.GetProperty("message").GetProperty("content") : choice.GetProperty("text")).GetString(), streamed.GetProperty("text").GetString());
        Assert.Equal(choice.GetProperty("finish_reason").GetString(), streamed.GetProperty("finish").GetString());
        Assert.Equal(answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), streamed.GetProperty("usage").GetProperty("prompt").GetInt32());
        Assert.Equal(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), streamed.GetProperty("usage").GetProperty("completion").GetInt32());
        var logprobs = choice.GetProperty("logprobs");
        Assert.Equal(
            isChat ? logprobs.GetProperty("content").EnumerateArray().Select(token => token.GetProperty("logprob").GetDouble()) : logprobs.GetProperty("token_logprobs").EnumerateArray().Select(token => token.GetDouble()),
            streamed.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("logprob").GetDouble()));
    }

    private async Task<ChatPage> OpenAsync()
    {
        // The modules need no model; a page without a server's answer would do, but files come from one.
        var server = await SpeakingModel.StartAsync("");
        var page = await browser.OpenAsync(server);
        page.Owns(server);
        return page;
    }

    private static Task<string[]> ReadAsync(ChatPage page, string[] pieces) => page.EvaluateAsync<string[]>(ReadScript, new object[] { pieces });
}
