using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>API keys on the page.</summary>
[Collection(nameof(BrowserTests))]
public sealed class KeyPageTests(Browser browser)
{
    [Fact]
    public async Task The_page_asks_for_a_key_until_it_is_right()
    {
        await using var server = await SpeakingModel.StartAsync("yes", options => options with { ApiKeys = ["right"] });
        await using var page = await browser.OpenAsync(server);
        var dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "API key" });
        await Expect(dialog).ToContainTextAsync("No API key was given");
        var field = page.Page.GetByLabel("Key", new() { Exact = true });
        await Expect(field).ToBeFocusedAsync();
        Assert.Equal("password", await field.GetAttributeAsync("type"));
        await field.FillAsync("wrong");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("not one of this server's");
        Assert.Equal("", await field.InputValueAsync());
        await field.FillAsync("right");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Use key" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        await page.SayAsync("Go");
        Assert.Equal("yes", await page.AnswerAsync());

        await page.LoadAsync();
        await Expect(page.Page.Locator("#model")).Not.ToBeEmptyAsync();
        Assert.False(await page.EvaluateAsync<bool>("JSON.stringify(localStorage).includes('right')"));
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.GetByLabel("Settings", new() { Exact = true }).First.ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Forget API key" }).ClickAsync();
        Assert.False(await page.EvaluateAsync<bool>("JSON.stringify(sessionStorage).includes('right')"));
    }

    [Fact]
    public async Task A_question_waits_for_the_key_and_can_do_without()
    {
        await using var server = await SpeakingModel.StartAsync("yes", options => options with { ApiKeys = ["right"] });
        await using var page = await browser.OpenAsync(server);
        var dialog = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "API key" });
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator("#banner")).ToContainTextAsync("No API key was given");
        await page.Draft.FillAsync("Go");
        await page.Draft.PressAsync("Enter");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Page.Locator(".problem")).ToContainTextAsync("No API key was given");

        await page.Page.Locator(".problem").GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(dialog).ToBeVisibleAsync();
        await page.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("right");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.IdleAsync();
        Assert.Equal("yes", await page.AnswerAsync());
        await Expect(page.Page.Locator("#banner")).ToBeHiddenAsync();
    }
}
