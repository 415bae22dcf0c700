using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The list of conversations, and files of them.</summary>
[Collection(nameof(BrowserTests))]
public sealed class KeptConversationsTests(Browser browser, SampleModelFixture sample)
{
    [Fact]
    public async Task Conversations_are_named_deleted_and_brought_back()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("About elms");
        await page.Page.ClickAsync("#new");
        await page.SayAsync("About bats");
        var names = page.Page.Locator("#conversations .conversation");
        Assert.Equal(["About bats", "About elms"], await names.AllInnerTextsAsync());

        await names.Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await page.Page.GetByLabel("Name of the conversation").FillAsync("Trees <b>");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(["About bats", "Trees <b>"], await names.AllInnerTextsAsync());

        await page.Page.GetByLabel("Delete “About bats”").ClickAsync();
        Assert.Equal(["Trees <b>"], await names.AllInnerTextsAsync());
        await Expect(page.Page.Locator(".entry")).ToHaveCountAsync(0);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        Assert.Equal(["About bats", "Trees <b>"], await names.AllInnerTextsAsync());
        Assert.Equal(["About bats"], await page.Questions.AllInnerTextsAsync());

        await page.Page.GetByLabel("Delete “About bats”").ClickAsync();
        await page.LoadAsync();
        Assert.Equal(["Trees <b>"], await names.AllInnerTextsAsync());
        await names.ClickAsync();
        Assert.Equal(["About elms"], await page.Questions.AllInnerTextsAsync());
        await page.Page.GoBackAsync();
        await Expect(page.Page.Locator(".entry")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_was_exported_can_be_imported_elsewhere()
    {
        await using var server = await sample.StartAsync();
        string file;
        string[] first, second;
        await using (var page = await browser.OpenAsync(server))
        {
            await page.SayAsync("Go");
            first = [await page.AnswerAsync()];
            await page.AgainAsync();
            await page.IdleAsync();
            second = [await page.AnswerAsync()];
            var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.ClickAsync("#export"));
            Assert.Matches(@"^conversations-\d{4}-\d\d-\d\d\.json$", download.SuggestedFilename);
            file = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, JsonDocument.Parse(file).RootElement.GetProperty("conversations")[0].GetProperty("entries").GetArrayLength());
        await using var other = await browser.OpenAsync(server);
        await ImportAsync(other, file);
        Assert.Equal(second, await other.Answers.Locator(".body").AllInnerTextsAsync());
        await other.Page.GetByLabel("Version before").ClickAsync();
        Assert.Equal(first, await other.Answers.Locator(".body").AllInnerTextsAsync());
        await ImportAsync(other, file);
        await Expect(other.Page.Locator("#conversations .conversation")).ToHaveCountAsync(2);
        await other.LoadAsync();
        await Expect(other.Page.Locator("#conversations .conversation")).ToHaveCountAsync(2);
    }

    [Theory]
    [InlineData("no JSON", "is not JSON")]
    [InlineData("[]", "\"format\" is not")]
    [InlineData("""{"format":"olmosharp-conversations","version":2,"conversations":[]}""", "version 2")]
    [InlineData("""{"format":"olmosharp-conversations","version":1,"conversations":{}}""", "conversations is no list")]
    [InlineData("{entry: {\"role\": \"system\"}}", "conversations[0].entries[0].role")]
    [InlineData("{entry: {\"text\": 3}}", "conversations[0].entries[0].text is no text")]
    [InlineData("{entry: {\"parent\": \"a\"}}", "conversations[0].entries[0].parent is no entry before it")]
    [InlineData("{entry: {\"id\": \"<img>\"}}", "conversations[0].entries[0].id")]
    [InlineData("{entry: {\"role\": \"assistant\", \"tokens\": [{\"text\": \"a\", \"logprob\": \"x\", \"top\": []}]}}", "conversations[0].entries[0].tokens[0].logprob is no number")]
    [InlineData("{conversation: {\"chosen\": {\"\": \"b\"}}}", "conversations[0].chosen")]
    [InlineData("{conversation: {\"mode\": \"html\"}}", "conversations[0].mode")]
    public async Task A_file_that_is_not_sound_is_refused_whole(string file, string problem)
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        if (file.StartsWith("{entry: ", StringComparison.Ordinal))
        {
            file = Archive(entry: file[8..^1]);
        }
        else if (file.StartsWith("{conversation: ", StringComparison.Ordinal))
        {
            file = Archive(conversation: file[15..^1]);
        }

        await ImportAsync(page, file);
        await Expect(page.Page.Locator("#notice")).ToContainTextAsync("Nothing was imported.");
        await Expect(page.Page.Locator("#notice")).ToContainTextAsync(problem);
        await Expect(page.Page.Locator("#conversations .conversation")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Nothing_in_a_file_becomes_markup_or_script()
    {
        const string attack = "<img src=x onerror='window.hit=1'><script>window.hit=1</script> [x](javascript:window.hit=1) ![y](https://example.com/z.png)";
        var entry = JsonSerializer.Serialize(new
        {
            role = "assistant",
            text = attack,
            model = attack,
            error = attack,
            finish = attack,
            tokens = new[] { new { text = attack, logprob = -0.5, top = new[] { new { text = attack, logprob = -0.5 } } } },
            onclick = "window.hit=1",
        });
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        await ImportAsync(page, Archive(entry, JsonSerializer.Serialize(new { title = attack, system = attack, __proto__ = new { hit = 1 } })));
        foreach (var areProbabilitiesShown in new[] { false, true })
        {
            if (areProbabilitiesShown)
            {
                await page.Page.ClickAsync("#probabilities");
                await page.Page.Locator(".token").First.HoverAsync();
                await Expect(page.Tip).ToContainTextAsync("<img");
            }

            Assert.Equal(0, await page.Page.Locator("#thread img, script:not([src]), #thread iframe, #conversations img, .tip img, [onerror], [onclick], a[href^='javascript' i]").CountAsync());
            await Expect(page.Page.Locator("#thread")).ToContainTextAsync("<img src=x");
        }

        Assert.Equal("undefined undefined", await page.EvaluateAsync<string>("`${typeof window.hit} ${typeof ({}).hit}`"));
    }

    [Fact]
    public async Task Damaged_storage_does_not_keep_the_page_from_working()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        await page.Page.EvaluateAsync(
            """
            () => {
              localStorage.setItem('olmosharp.conversation.a', '{"entries": 3');
              localStorage.setItem('olmosharp.conversation.b', '{"entries": 3}');
              localStorage.setItem('olmosharp.settings', '{"temperature": "hot", "top_p": 7, "stop": 3, "constructor": 1}');
              localStorage.setItem('olmosharp.theme', '{');
              localStorage.setItem('olmosharp.system', '5');
            }
            """);
        await page.LoadAsync();
        await page.SayAsync("Go");
        var body = Assert.Single(page.Sent("/v1/chat/completions"));
        Assert.Equal((0.8, 1), (body.GetProperty("temperature").GetDouble(), body.GetProperty("top_p").GetDouble()));
        Assert.Equal("{\"entries\": 3", await page.EvaluateAsync<string>("localStorage.getItem('olmosharp.conversation.a')"));
    }

    [Fact]
    public async Task Two_tabs_show_the_same_conversations()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(server.Server.Address.ToString());
        await page.SayAsync("Go");
        await Expect(other.Locator("#conversations .conversation")).ToHaveTextAsync("Go");
        await other.ClickAsync("#conversations .conversation");
        await other.Locator("#conversations [data-action=remove]").ClickAsync();
        await Expect(page.Page.Locator("#conversations .conversation")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator(".entry")).ToHaveCountAsync(0);
    }

    private static Task ImportAsync(ChatPage page, string file) => page.Page.SetInputFilesAsync(
        "#import-file", new FilePayload { Name = "a.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(file) });

    /// <summary>A file with one conversation of one entry, with other values for some members.</summary>
    private static string Archive(string entry = "{}", string conversation = "{}")
    {
        var first = Merge("""{"id": "e", "parent": null, "role": "user", "text": "Hello", "created": 1}""", entry);
        var one = Merge("""{"id": "c", "mode": "chat", "title": "T", "isNamed": true, "system": "", "created": 1, "changed": 1, "chosen": {"": "e"}}""", conversation);
        one["entries"] = new JsonArray(first);
        return new JsonObject { ["format"] = "olmosharp-conversations", ["version"] = 1, ["conversations"] = new JsonArray(one) }.ToJsonString();
    }

    private static JsonObject Merge(string json, string other)
    {
        var merged = JsonNode.Parse(json)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(other)!.AsObject())
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
