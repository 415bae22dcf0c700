using Microsoft.Playwright;
using OlmoSharp.Server.Tests.Serving;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Texts that the model continues, for models without turns.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TextPageTests(Browser browser, SampleModelFixture sample)
{
    private const string Completions = "/v1/completions";

    [Fact]
    public async Task A_model_without_a_chat_template_continues_a_text()
    {
        await using var server = await sample.StartAsync(hasChat: false);
        await using var page = await browser.OpenAsync(server);
        await Expect(page.Page.Locator("input[value=text]")).ToBeCheckedAsync();
        await Expect(page.Page.Locator(".note")).ToContainTextAsync("was not tuned for chat");
        await page.Page.EvaluateAsync("localStorage.setItem('olmosharp.settings', JSON.stringify({ temperature: 0, max_tokens: 12 }))");
        await page.LoadAsync();
        await page.SayAsync("Gets the ");
        var first = await WrittenAsync(page);
        var expected = (await server.PostAsync(Completions, new { model = SampleModel.Name, prompt = "Gets the ", temperature = 0, max_tokens = 12 })).GetProperty("choices")[0].GetProperty("text").GetString();
        Assert.Equal("Gets the " + expected, first);

        await page.Draft.PressAsync("Enter");
        await page.IdleAsync();
        await Expect(page.Page.Locator(".flow > span")).ToHaveCountAsync(3);
        Assert.StartsWith(first, await WrittenAsync(page), StringComparison.Ordinal);
        await page.SayAsync("\nAnd ");
        Assert.Equal(["Gets the ", first, await TextUpToLastAsync(page)], page.Sent(Completions).Select(body => body.GetProperty("prompt").GetString()));
        await page.LoadAsync();
        await Expect(page.Page.Locator(".flow > span")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task A_text_can_go_on_in_several_ways_and_be_rewritten()
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        await page.Page.GetByText("Text", new() { Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("#system-field")).ToBeHiddenAsync();
        await page.SayAsync("Once");
        var first = await WrittenAsync(page);
        await page.AgainAsync();
        await page.IdleAsync();
        var second = await WrittenAsync(page);
        Assert.NotEqual(first, second);
        await page.Page.GetByLabel("Version before").ClickAsync();
        Assert.Equal(first, await WrittenAsync(page));
        await Expect(page.Page.GetByLabel("Next version")).ToBeFocusedAsync();

        await page.Page.Locator("[data-action=edit]").ClickAsync();
        await page.Page.GetByLabel("Edit the text").FillAsync("Twice");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        Assert.Equal("Twice", await WrittenAsync(page));
        await page.Page.GetByLabel("Version before").ClickAsync();
        Assert.Equal(first, await WrittenAsync(page));
    }

    [Fact]
    public async Task A_text_ends_where_the_context_does()
    {
        await using var server = await sample.StartAsync(hasChat: false);
        await using var page = await browser.OpenAsync(server);
        await page.Page.EvaluateAsync("localStorage.setItem('olmosharp.settings', JSON.stringify({ max_tokens: 500, repetition_penalty: 1.2 }))");
        await page.LoadAsync();
        await page.SayAsync("Gets the ");
        await Expect(page.Page.Locator(".problem")).ToHaveCountAsync(0);
        Assert.InRange(page.Sent(Completions)[0].GetProperty("max_tokens").GetInt32(), 100, SampleModel.Context - 2);
        await page.SayAsync(string.Concat(Enumerable.Repeat("and so on and on ", 40)));
        await Expect(page.Page.Locator(".problem")).ToContainTextAsync($"maximum context length is {SampleModel.Context} tokens");
    }

    private static async Task<string> WrittenAsync(ChatPage page) => string.Concat(await page.EvaluateAsync<string[]>(
        "[...document.querySelectorAll('.flow > span')].map(span => [...span.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join(''))"));

    private static async Task<string> TextUpToLastAsync(ChatPage page) => string.Concat(await page.EvaluateAsync<string[]>(
        "[...document.querySelectorAll('.flow > span')].slice(0, -1).map(span => span.textContent)"));
}
