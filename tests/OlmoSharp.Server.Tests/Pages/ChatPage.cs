using System.Text.Json;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The chat page in a browser, and what a test does with it. When it closes, nothing may have gone wrong in it and nothing may have been asked of other hosts.</summary>
internal sealed class ChatPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;
    private readonly List<string> _faults = [];
    private readonly List<IRequest> _requests = [];
    private IAsyncDisposable? _server;

    public ChatPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, _address) = (context, page, address);
        // Whatever it asks for, so that a request that goes nowhere counts as well.
        context.Request += (_, request) => _requests.Add(request);
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, message) =>
        {
            // A status that is no success is the server's answer, no fault of the page.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _faults.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public ILocator Draft => Page.Locator("#draft");

    public ILocator Send => Page.Locator("#send");

    public ILocator Stop => Page.Locator("#stop");

    public ILocator Answers => Page.Locator(".entry.assistant");

    public ILocator LastAnswer => Answers.Last.Locator(".body");

    public ILocator Questions => Page.Locator(".entry.user .body");

    public ILocator Tip => Page.Locator("#token-tip");

    /// <summary>Bodies of the requests to an address so far, the oldest first.</summary>
    public IReadOnlyList<JsonElement> Sent(string path) =>
        [.. _requests.Where(request => new Uri(request.Url).AbsolutePath == path && request.PostData is not null).Select(request => JsonDocument.Parse(request.PostData!).RootElement)];

    /// <summary>Loads the page, or loads it again.</summary>
    /// <param name="isKeyWanted">Whether the server will not say what it serves before it has a key.</param>
    public async Task LoadAsync(bool isKeyWanted = false)
    {
        if (_requests.Count == 0)
        {
            await Page.GotoAsync(_address.ToString());
        }
        else
        {
            await Page.ReloadAsync();
        }

        await Expect(Page.Locator("main header")).ToBeVisibleAsync();
        if (!isKeyWanted)
        {
            // Not WaitForFunctionAsync: it evaluates strings in the page, which the page's policy forbids.
            await Expect(Page.Locator("#model:not(:empty), #key-dialog[open], #banner:not([hidden])").First).ToBeAttachedAsync();
        }
    }

    /// <summary>Says something and waits for the whole answer.</summary>
    public async Task SayAsync(string text)
    {
        await Draft.FillAsync(text);
        await Draft.PressAsync("Enter");
        await IdleAsync();
    }

    /// <summary>Waits until nothing is being answered.</summary>
    public async Task IdleAsync()
    {
        await Expect(Send).ToBeVisibleAsync();
        await Expect(Page.Locator(".writing")).ToHaveCountAsync(0);
    }

    /// <summary>Presses the button of this name beside the last answer.</summary>
    public Task AgainAsync() => Page.Locator("[data-action=again]").Last.ClickAsync();

    public async Task<string> AnswerAsync() => await LastAnswer.InnerTextAsync();

    public async Task<T> EvaluateAsync<T>(string script, object? argument = null) => await Page.EvaluateAsync<T>(script, argument);

    /// <summary>Takes faults that hold this text for wanted.</summary>
    public void Forgive(string text) => Assert.NotEqual(0, _faults.RemoveAll(fault => fault.Contains(text, StringComparison.Ordinal)));

    /// <summary>Ends a server with the page.</summary>
    public void Owns(IAsyncDisposable server) => _server = server;

    public async ValueTask DisposeAsync()
    {
        var hosts = _requests.Select(request => new Uri(request.Url)).Where(url => url.Scheme is not ("blob" or "data") && url.Authority != _address.Authority).ToList();
        await _context.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Assert.Empty(hosts);
        Assert.Empty(_faults);
    }
}
