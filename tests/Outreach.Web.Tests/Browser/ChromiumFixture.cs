using Microsoft.Playwright;

namespace Outreach.Web.Tests.Browser;

/// <summary>The installed Chromium, started once per test class.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    /// <summary>How long Playwright waits, in milliseconds. Long, because other tests may keep the machine busy.</summary>
    private const float DefaultTimeout = 60_000;

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path))
            return;
        Assertions.SetDefaultExpectTimeout(DefaultTimeout);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = Flags });
    }

    /// <summary>Opens an empty page and collects its errors and warnings.</summary>
    /// <param name="dark">Whether the page uses the dark colour scheme.</param>
    public async Task<(IPage Page, List<string> Errors)> NewPageAsync(bool dark = false)
    {
        if (browser is null && Environment.GetEnvironmentVariable("CI") is null or "")
            Assert.Skip($"There is no browser at {Path}: install the package 'chromium'.");
        Assert.NotNull(browser);
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 844 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        page.SetDefaultTimeout(DefaultTimeout);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        return (page, errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
