using Microsoft.Playwright;
using OlmoSharp.Evaluation.Calmqa.Judgements;
using OlmoSharp.Evaluation.Tests.Calmqa;
using OlmoSharp.Models.Tests;
using OlmoSharp.Server.Tests.Pages;
using Xunit;

namespace OlmoSharp.Server.Tests.Evaluated;

/// <summary>CaLMQA's annotation page in a browser, used as an annotator would: with the keyboard, with interruptions, and from one browser to another.</summary>
[Collection(nameof(BrowserTests))]
public sealed class AnnotationPageTests(Browser browser) : IDisposable
{
    private const string Attack = "</script><img src=x onerror=\"window.hit=1\">";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ratings_survive_a_reload_and_leave_as_the_report_reads_them()
    {
        var (path, key) = Write(questions: 2);
        var page = await browser.OpenFileAsync(path);
        await page.FillAsync("#annotator", "ann 1");
        await Assertions.Expect(page.Locator("#question")).ToHaveTextAsync($"{key.Items[0].Question}? {Attack}");
        await RateAsync(page, first: 5, second: 2, reason: "right \"but\" <late>");
        // On a busy machine Chromium may load a page before it has taken over what the one before it stored.
        for (var i = 0; i == 0 || (i < 40 && !await page.IsCheckedAsync("input[name='first.overall'][value='5']")); i++)
        {
            await Task.Delay(i * 50, TestContext.Current.CancellationToken);
            await page.ReloadAsync();
        }

        await Assertions.Expect(page.Locator("input[name='first.overall'][value='5']")).ToBeCheckedAsync();
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Pair 1 of 2, rated; 1 rated in all");

        // The other way round, with keys alone.
        await page.Keyboard.PressAsync("Alt+ArrowRight");
        await ChooseAsync(page, ("first.language", "0"), ("first.factuality", "0"), ("first.completeness", "1"));
        await ChooseAsync(page, ("second.language", "1"), ("second.factuality", "2"), ("second.completeness", "2"));
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("Shift+Digit4");
        await page.Keyboard.PressAsync("b");
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Pair 2 of 2, rated; 2 rated in all");

        var export = AnnotationExport.Read(await ExportAsync(page));
        Assert.Equal((key.Page, "ann 1"), (export.Page, export.Annotator));
        Assert.Equal(key.Items.Select(item => item.Item), export.Ratings.Select(rating => rating.Item));
        Assert.Equal(["first", "second"], export.Ratings.Select(rating => rating.Preferred));
        Assert.Equal(new AnswerRating { Language = true, Factuality = 2, Completeness = 1, Overall = 5, Reason = "right \"but\" <late>" }, export.Ratings[0].First);
        Assert.Equal(new AnswerRating { Language = false, Factuality = 0, Completeness = 1, Overall = 1 }, export.Ratings[1].First);
        Assert.Equal(new AnswerRating { Language = true, Factuality = 2, Completeness = 2, Overall = 4 }, export.Ratings[1].Second);
        Assert.Null(await page.EvaluateAsync<int?>("window.hit ?? null"));
    }

    [Fact]
    public async Task Pairs_that_are_not_whole_stay_behind_and_another_browser_goes_on()
    {
        var (path, key) = Write(questions: 3);
        var page = await browser.OpenFileAsync(path);
        // Nobody's ratings are of no use.
        await page.ClickAsync("#export");
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Enter your name or number first.");
        await page.FillAsync("#annotator", "ben");
        await RateAsync(page, first: 3, second: 3, reason: "");
        await page.ClickAsync("#next");
        await ChooseAsync(page, ("first.overall", "4"));
        var file = await ExportAsync(page);
        Assert.Equal([key.Items[0].Item], AnnotationExport.Read(file).Ratings.Select(rating => rating.Item));

        var other = await browser.OpenFileAsync(path);
        await other.SetInputFilesAsync("#file", file);
        await Assertions.Expect(other.Locator("#annotator")).ToHaveValueAsync("ben");
        await Assertions.Expect(other.Locator("#status")).ToHaveTextAsync("Pair 1 of 3, rated; 1 rated in all");
        await other.ClickAsync("#open");
        await Assertions.Expect(other.Locator("#status")).ToHaveTextAsync("Pair 2 of 3; 1 rated in all");
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), await File.ReadAllTextAsync(await ExportAsync(other), TestContext.Current.CancellationToken));

        // Another annotator begins anew on the same browser.
        await other.FillAsync("#annotator", "cleo");
        await other.Locator("#annotator").BlurAsync();
        await Assertions.Expect(other.Locator("#status")).ToHaveTextAsync("Pair 2 of 3; 0 rated in all");

        var (strange, _) = Write(questions: 1);
        var third = await browser.OpenFileAsync(strange);
        await third.SetInputFilesAsync("#file", file);
        await Assertions.Expect(third.Locator("#status")).ToHaveTextAsync("The file cannot be loaded: it is of another page");
    }

    private (string Path, AnnotationKey Key) Write(int questions)
    {
        var file = Made.File([.. Enumerable.Range(0, questions).Select(i => Made.Entry(
            Made.Question($"q{i}", "German", $"q{i}? {Attack}"),
            Made.Answer($"x{i}", "German", $"X{i} {Attack}", "Model X"),
            Made.Answer($"y{i}", "German", $"Y{i} {Attack}", "Model Y")))]);
        var page = new AnnotationPage([file], ["Model X", "Model Y"], seed: 3);
        var path = Path.Combine(_folder.Path, $"page{questions}.html");
        page.Write(path);
        return (path, page.Key);
    }

    private static async Task RateAsync(IPage page, int first, int second, string reason)
    {
        await ChooseAsync(page, ("first.language", "1"), ("first.factuality", "2"), ("first.completeness", "1"), ("first.overall", $"{first}"));
        await page.FillAsync("textarea[name='first.reason']", reason);
        await ChooseAsync(page, ("second.language", "1"), ("second.factuality", "1"), ("second.completeness", "0"), ("second.overall", $"{second}"));
        await ChooseAsync(page, ("preferred", first > second ? "first" : first < second ? "second" : "tie"));
    }

    private static async Task ChooseAsync(IPage page, params (string Name, string Value)[] choices)
    {
        foreach (var (name, value) in choices)
        {
            await page.CheckAsync($"input[name='{name}'][value='{value}']");
        }
    }

    private async Task<string> ExportAsync(IPage page)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#export"));
        var path = Path.Combine(_folder.Path, $"{Guid.NewGuid():n}-{download.SuggestedFilename}");
        await download.SaveAsAsync(path);
        return path;
    }
}
