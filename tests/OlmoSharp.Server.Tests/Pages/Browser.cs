using System.Runtime.InteropServices;
using Microsoft.Playwright;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The distribution's Chromium, started once for all tests of the page. Without one they are skipped.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
        {
            return;
        }

        // Other tests may have the machine's cores; a failure need not be quick.
        Assertions.SetDefaultExpectTimeout(90_000);
        _playwright = await Playwright.CreateAsync();
        // Chromium's sandbox does not work for root, as whom containers and CI often run.
        string[] arguments = OperatingSystem.IsLinux() && geteuid() == 0 ? ["--no-sandbox"] : [];
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = arguments });
    }

    /// <summary>Opens a server's page in a profile of its own.</summary>
    internal async Task<ChatPage> OpenAsync(Uri address, Action<BrowserNewContextOptions>? change = null)
    {
        var context = await NewContextAsync(change);
        var page = new ChatPage(context, await context.NewPageAsync(), address);
        await page.LoadAsync();
        return page;
    }

    /// <summary>Opens a file in a profile of its own.</summary>
    internal async Task<IPage> OpenFileAsync(string path)
    {
        var page = await (await NewContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }

    /// <inheritdoc cref="OpenAsync(Uri, Action{BrowserNewContextOptions}?)"/>
    internal Task<ChatPage> OpenAsync(TestServer server, Action<BrowserNewContextOptions>? change = null) => OpenAsync(server.Server.Address, change);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowserContext> NewContextAsync(Action<BrowserNewContextOptions>? change = null)
    {
        Assert.SkipWhen(_browser is null, $"there is no Chromium on PATH ({string.Join(", ", Names)}); on Debian: apt-get install chromium");
        var options = new BrowserNewContextOptions { ViewportSize = new() { Width = 1100, Height = 800 } };
        change?.Invoke(options);
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(90_000);
        return context;
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names, Path.Combine).FirstOrDefault(File.Exists);

    [DllImport("libc")]
    private static extern uint geteuid();
}
