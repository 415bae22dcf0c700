using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The page with a keyboard only, and as assistive technology finds it.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PageAccessTests(Browser browser)
{
    // What axe calls button-name, label, link-name, duplicate-id-aria, aria-valid-attr-value, tabindex, landmark-one-main, page-has-heading-one, list and document-title.
    private const string StructureScript =
        """
        () => {
          const faults = [];
          const shown = element => element.checkVisibility({ visibilityProperty: true });
          const nameOf = element => {
            const labelled = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).map(id => document.getElementById(id)?.textContent ?? '').join(' ').trim();
            const labels = [...(element.labels ?? [])].map(label => label.textContent).join(' ').trim();
            return labelled || element.getAttribute('aria-label') || labels || (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) ? '' : element.textContent.trim());
          };
          for (const element of document.querySelectorAll('button, a[href], input, textarea, select, meter, dialog, [role=listbox], [role=region], [role=group], aside, nav, section')) {
            if (shown(element) && !nameOf(element)) {
              faults.push(`no name: ${element.outerHTML.slice(0, 80)}`);
            }
          }
          const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
          faults.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: ${id}`));
          for (const attribute of ['aria-controls', 'aria-describedby', 'aria-labelledby', 'for']) {
            for (const element of document.querySelectorAll(`[${attribute}]`)) {
              for (const id of element.getAttribute(attribute).split(/\s+/)) {
                if (!document.getElementById(id)) {
                  faults.push(`${attribute} leads nowhere: ${id}`);
                }
              }
            }
          }
          if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1 || !document.title || !document.documentElement.lang) {
            faults.push('main, h1, title or lang');
          }
          faults.push(...[...document.querySelectorAll('[tabindex]')].filter(element => element.tabIndex > 0).map(element => `tabindex: ${element.outerHTML.slice(0, 80)}`));
          faults.push(...[...document.querySelectorAll('ul > :not(li), ol > :not(li), [role=listbox] > :not([role=option])')].map(element => `in a list: ${element.outerHTML.slice(0, 80)}`));
          const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(shown).map(element => Number(element.localName[1]));
          if (levels.some((level, i) => i > 0 && level > levels[i - 1] + 2)) {
            faults.push(`headings: ${levels}`);
          }
          return faults;
        }
        """;

    [Fact]
    public async Task Everything_has_a_name_and_a_role()
    {
        await using var server = await SpeakingModel.StartAsync("# One\n\n- a\n\n```\nx\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n[l](https://example.com)");
        await using var page = await browser.OpenAsync(server);
        await CheckAsync();
        await page.SayAsync("Go");
        await page.AgainAsync();
        await page.IdleAsync();
        await page.Page.ClickAsync("#toggle-settings");
        await CheckAsync();
        await page.Page.ClickAsync("#probabilities");
        await page.AgainAsync();
        await page.IdleAsync();
        await CheckAsync();
        await page.Page.Locator(".entry.user").HoverAsync();
        await page.Page.Locator("[data-action=edit]").First.ClickAsync();
        await CheckAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Locator("h1").ClickAsync();
        await page.Page.Keyboard.PressAsync("?");
        await CheckAsync();
        await Expect(page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByRole(AriaRole.Main)).ToHaveCountAsync(1);
        await Expect(page.Page.GetByRole(AriaRole.Complementary, new() { Name = "Settings" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Token probabilities", Pressed = true })).ToBeVisibleAsync();

        async Task CheckAsync() => Assert.Empty(await page.EvaluateAsync<string[]>(StructureScript));
    }

    [Fact]
    public async Task Everything_can_be_done_with_the_keyboard()
    {
        await using var server = await SpeakingModel.StartAsync("yes");
        await using var page = await browser.OpenAsync(server);
        var keys = page.Page.Keyboard;
        await Expect(page.Draft).ToBeFocusedAsync();
        await keys.TypeAsync("one");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("two?");
        Assert.Equal("one\ntwo?", await page.Draft.InputValueAsync());
        await keys.PressAsync("Enter");
        await page.IdleAsync();
        Assert.Equal("one\ntwo?", await page.Questions.First.EvaluateAsync<string>("element => element.textContent"));
        await Expect(page.Draft).ToBeFocusedAsync();

        // Out of the field, where letters are keys.
        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("r");
        await page.IdleAsync();
        await Expect(page.Page.Locator(".assistant .versions")).ToContainTextAsync("2/2");
        await keys.PressAsync("[");
        await Expect(page.Page.Locator(".assistant .versions")).ToContainTextAsync("1/2");
        await keys.PressAsync("]");
        await Expect(page.Page.Locator(".assistant .versions")).ToContainTextAsync("2/2");
        await keys.PressAsync("p");
        await Expect(page.Page.Locator("#probabilities")).ToHaveAttributeAsync("aria-pressed", "true");
        await keys.PressAsync("b");
        await Expect(page.Page.Locator("#sidebar")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("#toggle-sidebar")).ToBeFocusedAsync();
        await keys.PressAsync("b");
        await Expect(page.Page.Locator("#new")).ToBeFocusedAsync();
        await keys.PressAsync("s");
        await Expect(page.Page.GetByLabel("System prompt")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Page.Locator("#settings")).ToBeHiddenAsync();
        await keys.PressAsync("e");
        await Expect(page.Page.GetByLabel("Edit your message")).ToBeFocusedAsync();
        await keys.PressAsync("Control+A");
        await keys.TypeAsync("three");
        await keys.PressAsync("Enter");
        await page.IdleAsync();
        Assert.Equal(["three"], await page.Questions.AllInnerTextsAsync());
        await keys.PressAsync("n");
        await Expect(page.Page.Locator(".entry")).ToHaveCountAsync(0);
        await Expect(page.Draft).ToBeFocusedAsync();

        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("?");
        await page.Page.GetByLabel("Keys without Ctrl or Alt").PressAsync("Space");
        await keys.PressAsync("Escape");
        await keys.PressAsync("s");
        await Expect(page.Page.Locator("#settings")).ToBeHiddenAsync();
        Assert.Equal("", await page.Draft.InputValueAsync());
    }

    [Fact]
    public async Task Wherever_the_Tab_key_leads_the_focus_is_seen()
    {
        await using var server = await SpeakingModel.StartAsync("`a`\n\n```\nx\n```");
        await using var page = await browser.OpenAsync(server);
        await page.SayAsync("Go");
        await page.Page.ClickAsync("#toggle-settings");
        HashSet<string> seen = [];
        for (var i = 0; i < 80; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var state = await page.EvaluateAsync<string?>(
                """
                () => {
                  const at = document.activeElement;
                  if (at === document.body) {
                    return null;
                  }
                  const seenAround = at.id === 'draft' ? getComputedStyle(at.closest('.box')).boxShadow !== 'none' : at.name === 'mode' ? true : getComputedStyle(at).outlineStyle !== 'none';
                  return `${seenAround && at.checkVisibility({ opacityProperty: true })} ${at.id || at.getAttribute('aria-label') || at.className || at.localName}`;
                }
                """);
            if (state is not null)
            {
                Assert.StartsWith("true ", state, StringComparison.Ordinal);
                seen.Add(state[5..]);
            }
        }

        Assert.Superset(
            new HashSet<string> { "draft", "new", "import", "export", "toggle-sidebar", "probabilities", "theme", "toggle-settings", "scroll", "Copy answer", "Answer again", "Edit message", "Copy code", "system", "set-temperature", "set-seed", "set-stop" },
            seen);
    }

    [Fact]
    public async Task A_screen_reader_is_told_of_answers_once_and_not_of_every_token()
    {
        const string text = "one two three four five";
        await using var server = await SpeakingModel.StartAsync(text);
        await using var page = await browser.OpenAsync(server);
        await page.Page.EvaluateAsync(
            """
            () => {
              window.told = [];
              const live = document.getElementById('live');
              new MutationObserver(() => window.told.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
            }
            """);
        Assert.Equal(0, await page.Page.Locator("#thread[aria-live], #thread [aria-live], #scroll[aria-live]").CountAsync());
        await page.SayAsync("Count");
        var told = await page.EvaluateAsync<string[]>("window.told");
        Assert.Equal(["Answering.", $"The answer is complete. {text}"], told);
        await Expect(page.Answers.First).ToHaveAttributeAsync("aria-busy", "false");
    }
}
