using System.Text.Json;
using Microsoft.Playwright;
using OlmoSharp.Server.Tests.Serving;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Talking with the model on the page.</summary>
[Collection(nameof(BrowserTests))]
public sealed class ConversationPageTests(Browser browser, SampleModelFixture sample)
{
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task An_answer_appears_piece_by_piece()
    {
        const string text = "one two three four five six";
        await using var server = await SpeakingModel.StartAsync(text);
        await using var page = await browser.OpenAsync(server);
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Count");
        await page.Draft.PressAsync("Enter");

        await Expect(page.Page.Locator(".waiting")).ToBeVisibleAsync();
        await Expect(page.Stop).ToBeVisibleAsync();
        var seen = new List<string>();
        var ids = SampleModel.Tokenizer.Encode(text);
        for (var i = 1; i < ids.Length; i++)
        {
            passes.Let(1);
            var soFar = SampleModel.Tokenizer.Decode(ids.AsSpan(0, i).ToArray());
            await Expect(page.LastAnswer).ToHaveTextAsync(soFar.TrimEnd());
            seen.Add(soFar);
        }

        Assert.Equal(seen, seen.Distinct());
        passes.Let(100);
        await page.IdleAsync();
        Assert.Equal(text, await page.AnswerAsync());
        await Expect(page.Page.Locator(".assistant .statistics")).ToContainTextAsync($"{ids.Length} tokens");
    }

    [Theory]
    [InlineData("button")]
    [InlineData("Escape")]
    [InlineData("delete")]
    public async Task Stopping_ends_the_work_on_the_server_as_well(string how)
    {
        await using var server = await SpeakingModel.StartAsync(string.Join(' ', Enumerable.Range(1, 200)));
        await using var page = await browser.OpenAsync(server);
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Count");
        await page.Draft.PressAsync("Enter");
        passes.Let(8);
        await Expect(page.LastAnswer).ToContainTextAsync("1 2");

        await (how switch
        {
            "button" => page.Stop.ClickAsync(),
            "Escape" => page.Page.Keyboard.PressAsync(how),
            _ => page.Page.Locator("#conversations .current [data-action=remove]").ClickAsync(),
        });
        await Expect(page.Send).ToBeVisibleAsync();
        // The server hears of it a little later than the page shows it; few enough passes come for a slow machine to notice in time.
        var polls = 0;
        await server.WaitAsync(now =>
        {
            passes.Let(++polls % 50 == 0 ? 1 : 0);
            return now.Cancelled == 1;
        });
        passes.Let(1000);
        var statistics = await server.IdleAsync();
        Assert.Equal((1, 0), (statistics.Cancelled, statistics.Finished));
        Assert.InRange(statistics.GeneratedTokens, 1, 100);
        if (how != "delete")
        {
            await Expect(page.LastAnswer).ToContainTextAsync("1 2");
            await Expect(page.Page.Locator(".assistant .statistics").First).ToContainTextAsync("stopped");
        }
    }

    [Fact]
    public async Task Answering_again_keeps_the_earlier_answers()
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("Name a thing");
        var first = await page.AnswerAsync();
        await page.AgainAsync();
        await page.IdleAsync();
        var second = await page.AnswerAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(1, await page.Answers.CountAsync());
        await Expect(page.Answers.Locator(".versions")).ToContainTextAsync("2/2");

        await page.Page.GetByLabel("Version before").ClickAsync();
        Assert.Equal(first, await page.AnswerAsync());
        await Expect(page.Page.GetByLabel("Next version")).ToBeFocusedAsync();
        await page.LoadAsync();
        Assert.Equal(first, await page.AnswerAsync());
        await page.Page.GetByLabel("Next version").ClickAsync();
        Assert.Equal(second, await page.AnswerAsync());
        var seeds = page.Sent(Chat).Select(body => body.GetProperty("seed").GetInt64()).ToList();
        Assert.Equal(2, seeds.Distinct().Count());
    }

    [Fact]
    public async Task Editing_a_message_begins_a_branch_beside_the_old_one()
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("First");
        var answer = await page.AnswerAsync();
        await page.SayAsync("Second");
        var end = await page.AnswerAsync();

        await page.Questions.First.HoverAsync();
        await page.Page.Locator("[data-action=edit]").First.ClickAsync();
        await page.Page.GetByLabel("Edit your message").FillAsync("Other");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.IdleAsync();
        Assert.Equal(["Other"], await page.Questions.AllInnerTextsAsync());

        await page.Page.Locator(".entry.user").GetByLabel("Version before").ClickAsync();
        Assert.Equal(["First", "Second"], await page.Questions.AllInnerTextsAsync());
        Assert.Equal([answer, end], await page.Answers.Locator(".body").AllInnerTextsAsync());

        var sent = page.Sent(Chat);
        Assert.Equal(["user: First"], Messages(sent[0]));
        Assert.Equal(3, Messages(sent[1]).Count);
        Assert.Equal("user: Second", Messages(sent[1])[2]);
        Assert.Equal(["user: Other"], Messages(sent[2]));
    }

    [Fact]
    public async Task What_is_edited_can_be_left_as_it_was()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("First");
        await page.Page.Locator("main").ClickAsync(new() { Position = new() { X = 300, Y = 400 } });
        await page.Page.Keyboard.PressAsync("e");
        await page.Page.GetByLabel("Edit your message").FillAsync("Other");
        await page.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(["First"], await page.Questions.AllInnerTextsAsync());
        await Expect(page.Page.Locator("[data-action=edit]")).ToBeFocusedAsync();
        Assert.Single(page.Sent(Chat));
    }

    [Fact]
    public async Task Settings_are_kept_and_sent()
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        await page.Page.GetByLabel("Settings", new() { Exact = true }).First.ClickAsync();
        await page.Page.GetByLabel("System prompt").FillAsync("Be brief.");
        Dictionary<string, double> values = new()
        {
            ["temperature"] = 1.25, ["top_p"] = 0.5, ["top_k"] = 17, ["min_p"] = 0.03, ["presence_penalty"] = -0.5, ["frequency_penalty"] = 0.25,
            ["repetition_penalty"] = 1.1, ["max_tokens"] = 5, ["seed"] = 12345,
        };
        foreach (var (name, value) in values)
        {
            await page.Page.FillAsync($"#set-{name}", FormattableString.Invariant($"{value}"));
        }

        await page.Page.FillAsync("#set-stop", "END\n\\n\\n");
        await page.LoadAsync();
        await page.SayAsync("Go");
        var first = await page.AnswerAsync();
        var body = Assert.Single(page.Sent(Chat));
        foreach (var (name, value) in values)
        {
            Assert.Equal(value, body.GetProperty(name).GetDouble());
        }

        Assert.Equal(["END", "\n\n"], body.GetProperty("stop").EnumerateArray().Select(stop => stop.GetString()));
        Assert.Equal(["system: Be brief.", "user: Go"], Messages(body));
        await Expect(page.Page.Locator(".assistant .statistics").First).ToContainTextAsync("5 tokens");
        await page.AgainAsync();
        await page.IdleAsync();
        Assert.Equal(first, await page.AnswerAsync());

        await page.Page.GetByLabel("Settings", new() { Exact = true }).First.ClickAsync();
        await page.Page.FillAsync("#set-temperature", "99");
        await page.Page.PressAsync("#set-temperature", "Tab");
        Assert.Equal("2", await page.Page.InputValueAsync("#set-temperature"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Set temperature back" }).ClickAsync();
        Assert.Equal("0.8", await page.Page.InputValueAsync("#set-temperature"));
        Assert.Equal("17", await page.Page.InputValueAsync("#set-top_k"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Reset all" }).ClickAsync();
        Assert.Equal("0", await page.Page.InputValueAsync("#set-top_k"));
        await Expect(page.Page.Locator("#reset")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_lost_connection_keeps_what_came_and_can_be_tried_again()
    {
        const string text = "one two three four";
        await using var server = await SpeakingModel.StartAsync(text);
        await using var wire = new CuttableWire(server.Server.Address);
        await using var page = await browser.OpenAsync(wire.Address);
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Count");
        await page.Draft.PressAsync("Enter");
        passes.Let(8);
        await Expect(page.LastAnswer).ToContainTextAsync("one");
        wire.Cut();
        await Expect(page.Page.Locator(".problem")).ToContainTextAsync("connection");
        await Expect(page.LastAnswer).ToContainTextAsync("one");
        passes.Let(1000);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Page.Locator(".problem")).ToContainTextAsync("cannot be reached");
        wire.Mend();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await page.IdleAsync();
        Assert.Equal(text, await page.AnswerAsync());
        await Expect(page.Page.Locator(".problem")).ToHaveCountAsync(0);
        await page.Page.GetByLabel("Version before").ClickAsync();
        Assert.StartsWith("one", await page.AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_server_is_told_in_its_words()
    {
        await using var server = await sample.StartAsync();
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync(string.Concat(Enumerable.Repeat("far too long a question ", 100)));
        await Expect(page.Page.Locator(".problem")).ToContainTextAsync($"maximum context length is {SampleModel.Context} tokens");
        await Expect(page.Page.Locator("#live")).ToContainTextAsync("The answer failed.");
    }

    [Fact]
    public async Task Another_conversation_can_be_opened_while_one_is_answered()
    {
        await using var server = await SpeakingModel.StartAsync("one two three");
        await using var page = await browser.OpenAsync(server);
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Count");
        await page.Draft.PressAsync("Enter");
        await Expect(page.Stop).ToBeVisibleAsync();
        await page.Page.ClickAsync("#new");
        await Expect(page.Send).ToBeVisibleAsync();
        await page.Draft.FillAsync("A draft");
        await Expect(page.Page.Locator("#conversations .answering")).ToHaveCountAsync(1);
        passes.Let(1000);
        await Expect(page.Page.Locator("#conversations .answering")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator(".entry")).ToHaveCountAsync(0);
        await page.Page.ClickAsync("#conversations .conversation");
        Assert.Equal("one two three", await page.AnswerAsync());
        Assert.Equal("", await page.Draft.InputValueAsync());
    }

    [Fact]
    public async Task Context_in_use_is_what_the_server_counts()
    {
        await using var server = await SpeakingModel.StartAsync("one two three");
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("Count");
        var answer = await server.PostAsync(Chat, new { model = SampleModel.Name, temperature = 0, messages = new[] { new { role = "user", content = "Count" } } });
        await Expect(page.Page.Locator("#context")).ToHaveTextAsync($"{answer.GetProperty("usage").GetProperty("total_tokens").GetInt32()} of 4,096 tokens");
    }

    private static List<string> Messages(JsonElement body) =>
        [.. body.GetProperty("messages").EnumerateArray().Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}")];
}
