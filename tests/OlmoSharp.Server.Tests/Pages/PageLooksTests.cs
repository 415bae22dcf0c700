using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Themes, contrast, narrow screens, motion.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PageLooksTests(Browser browser)
{
    private const string Answer =
        """
        # Elms
        Text with **bold**, *italics*, `code`, a [link](https://example.com/) and ~~none~~.

        - one
        - two

        > Quoted.

        ```csharp
        var aVeryLongLineOfCodeThatIsWiderThanAnyTelephone = "and goes on and on and on and on and on and on and on and on";
        ```

        | name | height | where it grows | what it is good for |
        |---|--:|---|---|
        | wych-elm-and-a-very-long-word-without-a-break | 30 | everywhere | boats |
        """;

    // Text on whatever is drawn beneath it: relative luminance and contrast as WCAG 2.2 defines them, colours as the browser draws them.
    private const string ContrastScript =
        """
        () => {
          const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
          const paint = colors => {
            canvas.clearRect(0, 0, 1, 1);
            for (const color of colors) {
              canvas.fillStyle = color;
              canvas.fillRect(0, 0, 1, 1);
            }
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => value / 255);
          };
          const luminance = color => {
            const [r, g, b] = color.map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (walker.currentNode.data.trim() === '' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest(':disabled, .visually-hidden, noscript, option')) {
              continue;
            }
            const layers = [];
            for (let at = element; at; at = at.parentElement) {
              layers.unshift(getComputedStyle(at).backgroundColor);
              if (at.matches('dialog, [popover], #notice')) {
                break;
              }
            }
            const [below, above] = [luminance(paint(layers)), luminance(paint([...layers, getComputedStyle(element).color]))];
            found.push([(Math.max(below, above) + 0.05) / (Math.min(below, above) + 0.05), element.outerHTML.slice(0, 90)]);
          }
          return JSON.stringify(found);
        }
        """;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task All_text_has_the_contrast_that_WCAG_AA_asks_for(ColorScheme scheme)
    {
        await using var server = await SpeakingModel.StartAsync(Answer);
        await using var page = await browser.OpenAsync(server, options => options.ColorScheme = scheme);
        await CheckAsync(6);
        await page.SayAsync("Go");
        await page.Page.ClickAsync("#toggle-settings");
        await page.Page.Locator(".entry.user").First.HoverAsync();
        await CheckAsync(50);
        await page.Page.ClickAsync("#close-settings");

        await page.Page.EvaluateAsync("localStorage.setItem('olmosharp.settings', JSON.stringify({ temperature: 2, top_p: 1, max_tokens: 30 }))");
        await page.LoadAsync();
        await page.Page.ClickAsync("#probabilities");
        await page.AgainAsync();
        await page.IdleAsync();
        // Of each tint, whether or not this answer has it.
        await page.Page.EvaluateAsync("[...document.querySelectorAll('.token')].forEach((token, i) => { token.className = `token level-${i % 5} ${i % 7 === 0 ? 'end' : ''}`; })");
        await page.Page.Locator(".token").Nth(3).FocusAsync();
        await CheckAsync(40);

        await page.Page.Locator("h1").ClickAsync();
        await page.Page.Keyboard.PressAsync("?");
        await CheckAsync(20);
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.GetByText("Text", new() { Exact = true }).Or(page.Page.Locator("#new")).First.ClickAsync();
        await page.Page.ClickAsync("#new");
        await page.Page.GetByText("Text", new() { Exact = true }).ClickAsync();
        await page.SayAsync("Once");
        await page.Page.Locator("#conversations [data-action=remove]").First.ClickAsync();
        await Expect(page.Page.Locator("#notice")).ToBeVisibleAsync();
        await CheckAsync(5);

        async Task CheckAsync(int least)
        {
            var found = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement[][]>(await page.EvaluateAsync<string>(ContrastScript))!;
            Assert.True(found.Length >= least, $"only {found.Length} texts were found");
            Assert.Empty(found.Where(text => text[0].GetDouble() < 4.5).Select(text => $"{text[0].GetDouble():F2} {text[1].GetString()}"));
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Borders_of_fields_and_the_focus_stand_out(ColorScheme scheme)
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server, options => options.ColorScheme = scheme);
        var colors = await page.EvaluateAsync<Dictionary<string, string>>(
            """
            () => Object.fromEntries(['page', 'panel', 'raised', 'edge', 'accent', 'soft', 'on-accent'].map(name => {
              const probe = document.body.appendChild(document.createElement('i'));
              probe.style.color = `var(--${name})`;
              const color = getComputedStyle(probe).color;
              probe.remove();
              return [name, color];
            }))
            """);
        foreach (var ground in new[] { "page", "panel", "raised" })
        {
            Assert.True(Contrast(colors["edge"], colors[ground]) >= 3, $"edge on {ground}");
            Assert.True(Contrast(colors["accent"], colors[ground]) >= 3, $"accent on {ground}");
            Assert.True(Contrast(colors["soft"], colors[ground]) >= 3, $"soft on {ground}");
        }

        Assert.True(Contrast(colors["on-accent"], colors["accent"]) >= 4.5);
    }

    [Fact]
    public async Task The_theme_is_the_systems_until_it_is_switched()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server, options => options.ColorScheme = ColorScheme.Dark);
        Assert.True(await IsDarkAsync());
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.False(await IsDarkAsync());
        await page.Page.GetByLabel("Dark theme").ClickAsync();
        Assert.True(await IsDarkAsync());
        await page.LoadAsync();
        Assert.True(await IsDarkAsync());
        await page.Page.GetByLabel("Light theme").ClickAsync();
        Assert.False(await IsDarkAsync());

        async Task<bool> IsDarkAsync() => Luminance(await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor")) < 0.1;
    }

    [Theory]
    [InlineData(360)]
    [InlineData(320)]
    public async Task A_narrow_screen_never_scrolls_sideways(int width)
    {
        await using var server = await SpeakingModel.StartAsync(Answer);
        await using var page = await browser.OpenAsync(server, options => options.ViewportSize = new() { Width = width, Height = 640 });
        await CheckAsync();
        await page.SayAsync("a-long-word-without-any-place-to-break-it-" + new string('x', 100));
        await CheckAsync();
        await page.Page.ClickAsync("#probabilities");
        await page.AgainAsync();
        await page.IdleAsync();
        await CheckAsync();
        await page.Page.Locator(".token").First.FocusAsync();
        await CheckAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        foreach (var panel in new[] { "sidebar", "settings" })
        {
            await page.Page.ClickAsync($"#toggle-{panel}");
            await Expect(page.Page.Locator($"#{panel}")).ToBeVisibleAsync();
            await CheckAsync();
            // What is covered cannot be reached.
            Assert.True(await page.EvaluateAsync<bool>("document.getElementById('main').inert"));
            await page.Page.Keyboard.PressAsync("Escape");
            await Expect(page.Page.Locator($"#toggle-{panel}")).ToBeFocusedAsync();
            await Expect(page.Page.Locator($"#{panel}")).ToBeHiddenAsync();
        }

        await Expect(page.Draft).ToBeInViewportAsync();

        async Task CheckAsync()
        {
            Assert.Empty(
                await page.EvaluateAsync<string[]>(
                    """
                    () => [...document.querySelectorAll('body *')]
                      .filter(element => element.checkVisibility() && !element.closest('pre, .table, .skip, .visually-hidden, svg, .modes input'))
                      .filter(element => element.getBoundingClientRect().right > innerWidth + 0.5 || element.getBoundingClientRect().left < -0.5)
                      .map(element => element.outerHTML.slice(0, 100))
                    """));
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth && document.getElementById('scroll').scrollWidth <= document.getElementById('scroll').clientWidth"));
        }
    }

    [Fact]
    public async Task Nothing_moves_for_who_wants_no_motion()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server, options => options.ReducedMotion = ReducedMotion.Reduce);
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Go");
        await page.Draft.PressAsync("Enter");
        await Expect(page.Page.Locator(".waiting")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("document.getAnimations().length"));
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.NotEqual(0, await page.EvaluateAsync<int>("document.getAnimations().length"));
        passes.Let(100);
        await page.IdleAsync();
    }

    [Fact]
    public async Task The_page_follows_the_answer_unless_one_scrolls_up()
    {
        await using var server = await SpeakingModel.StartAsync(string.Concat(Enumerable.Range(1, 150).Select(i => $"{i}\n\n")));
        await using var page = await browser.OpenAsync(server, options => options.ViewportSize = new() { Width = 900, Height = 500 });
        using var passes = new HeldPasses(server);
        await page.Draft.FillAsync("Count");
        await page.Draft.PressAsync("Enter");
        passes.Let(200);
        while (await page.EvaluateAsync<int>("Math.floor(document.getElementById('scroll').scrollTop)") <= 100)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await page.Page.Locator("#scroll").HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -5000);
        await Expect(page.Page.Locator("#to-end")).ToBeVisibleAsync();
        var before = await page.EvaluateAsync<int>("document.getElementById('scroll').scrollHeight");
        passes.Let(2000);
        await page.IdleAsync();
        Assert.True(await page.EvaluateAsync<int>("document.getElementById('scroll').scrollHeight") > before);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.getElementById('scroll').scrollTop"));
        await page.Page.ClickAsync("#to-end");
        await Expect(page.Page.Locator("#to-end")).ToBeHiddenAsync();
    }

    private static double Contrast(string one, string other)
    {
        double[] luminances = [Luminance(one), Luminance(other)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);
    }

    private static double Luminance(string color)
    {
        var values = color[(color.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',').Select(part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture) / 255)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)).ToList();
        return 0.2126 * values[0] + 0.7152 * values[1] + 0.0722 * values[2];
    }
}
