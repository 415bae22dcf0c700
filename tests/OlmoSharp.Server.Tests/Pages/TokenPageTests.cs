using System.Globalization;
using OlmoSharp.Server.Tests.Serving;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Probabilities of tokens, against what the API says of the same request.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TokenPageTests(Browser browser, SampleModelFixture sample)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_token_tells_its_probability_and_the_alternatives(bool hasChat)
    {
        await using var server = await sample.StartAsync(hasChat);
        await using var page = await browser.OpenAsync(server);
        await page.Page.EvaluateAsync("localStorage.setItem('olmosharp.settings', JSON.stringify({ temperature: 1.5, top_p: 1, max_tokens: 24, seed: 3 }))");
        await page.LoadAsync();
        await page.Page.ClickAsync("#probabilities");
        await page.SayAsync("Gets the ");
        var expected = hasChat ? await ChatTokensAsync(server) : await CompletionTokensAsync(server);
        var tokens = page.Page.Locator(".token");
        await Expect(tokens).ToHaveCountAsync(expected.Count);

        for (var i = 0; i < expected.Count; i++)
        {
            var bounds = new[] { 0.9, 0.5, 0.2, 0.05 };
            var level = bounds.Count(bound => Math.Exp(expected[i].Chosen) < bound);
            await Expect(tokens.Nth(i)).ToHaveClassAsync(new System.Text.RegularExpressions.Regex($@"\blevel-{level}\b"));
        }

        await tokens.First.FocusAsync();
        for (var i = 0; i < expected.Count; i++)
        {
            await Expect(tokens.Nth(i)).ToBeFocusedAsync();
            Assert.Equal(Percent(expected[i].Chosen), await page.Tip.Locator("strong").InnerTextAsync());
            var shown = await page.Tip.Locator(".number").AllInnerTextsAsync();
            Assert.Equal(expected[i].All.OrderDescending().Select(Percent), shown);
            Assert.Equal(1, await page.Tip.Locator(".chosen").CountAsync());
            Assert.Contains(Percent(expected[i].Chosen), await tokens.Nth(i).GetAttributeAsync("aria-label"), StringComparison.Ordinal);
            await page.Page.Keyboard.PressAsync("ArrowRight");
        }

        await page.Page.Keyboard.PressAsync("Home");
        await Expect(tokens.First).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Tip).ToBeHiddenAsync();
        Assert.Equal(1, await page.Page.Locator(".token[tabindex='0']").CountAsync());
    }

    [Fact]
    public async Task A_tip_comes_with_the_pointer_and_goes_with_it()
    {
        await using var server = await SpeakingModel.StartAsync("one two three");
        await using var page = await browser.OpenAsync(server);
        await page.Page.ClickAsync("#probabilities");
        await page.SayAsync("Count");
        await page.Page.Locator(".token").Nth(1).HoverAsync();
        await Expect(page.Tip).ToBeVisibleAsync();
        // Who moves into the tip keeps it.
        await page.Tip.HoverAsync();
        await Expect(page.Tip).ToBeVisibleAsync();
        await page.Page.Locator("h1").HoverAsync();
        await Expect(page.Tip).ToBeHiddenAsync();

        await page.Page.ClickAsync("#probabilities");
        await Expect(page.Page.Locator(".token")).ToHaveCountAsync(0);
        Assert.Equal("one two three", await page.AnswerAsync());
        await page.AgainAsync();
        await page.IdleAsync();
        var sent = page.Sent("/v1/chat/completions");
        Assert.True(sent[0].GetProperty("logprobs").GetBoolean());
        Assert.False(sent[1].TryGetProperty("logprobs", out _));
        await page.Page.ClickAsync("#probabilities");
        await Expect(page.Page.Locator(".assistant .foot")).ToContainTextAsync("written without probabilities");
    }

    [Fact]
    public async Task Tokens_that_are_parts_of_characters_make_up_the_text()
    {
        const string text = "über 元素 😀 ж";
        await using var server = await SpeakingModel.StartAsync(text);
        await using var page = await browser.OpenAsync(server);
        await page.Page.ClickAsync("#probabilities");
        await page.SayAsync("Write");
        Assert.Equal(text, await page.EvaluateAsync<string>("[...document.querySelectorAll('.token')].map(token => token.textContent).join('')"));
        await page.Page.ClickAsync("#probabilities");
        Assert.Equal(text, await page.AnswerAsync());
    }

    private static async Task<List<(double Chosen, List<double> All)>> ChatTokensAsync(TestServer server)
    {
        var body = new
        {
            model = SampleModel.Name, messages = new[] { new { role = "user", content = "Gets the " } }, temperature = 1.5, top_p = 1, max_tokens = 24, seed = 3, logprobs = true, top_logprobs = 5,
        };
        var choice = (await server.PostAsync("/v1/chat/completions", body)).GetProperty("choices")[0];
        return
        [
            .. choice.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token =>
            {
                var chosen = token.GetProperty("logprob").GetDouble();
                var top = token.GetProperty("top_logprobs").EnumerateArray().Select(other => other.GetProperty("logprob").GetDouble()).ToList();
                return (chosen, top.Contains(chosen) ? top : [.. top, chosen]);
            }),
        ];
    }

    private static async Task<List<(double Chosen, List<double> All)>> CompletionTokensAsync(TestServer server)
    {
        var body = new { model = SampleModel.Name, prompt = "Gets the ", temperature = 1.5, top_p = 1, max_tokens = 24, seed = 3, logprobs = 5 };
        var found = (await server.PostAsync("/v1/completions", body)).GetProperty("choices")[0].GetProperty("logprobs");
        var top = found.GetProperty("top_logprobs").EnumerateArray().Select(place => place.EnumerateObject().Select(other => other.Value.GetDouble()).ToList());
        return [.. found.GetProperty("token_logprobs").EnumerateArray().Select(token => token.GetDouble()).Zip(top)];
    }

    /// <summary>As the page should write it, by the definition.</summary>
    private static string Percent(double logProbability)
    {
        var percent = 100 * Math.Exp(logProbability);
        return percent >= 99.95 ? "100 %" : percent >= 10 ? $"{percent.ToString("F1", CultureInfo.InvariantCulture)} %" : percent >= 0.01 ? $"{percent.ToString("F2", CultureInfo.InvariantCulture)} %" : "< 0.01 %";
    }
}
