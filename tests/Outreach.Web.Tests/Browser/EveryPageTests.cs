using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>Checks every page with large text on a small phone, and for accessibility.</summary>
public sealed class EveryPageTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static readonly string[] Pages = ["?period=all", "settle", "encounters", "sites", "sites/site?id=van-1", "products", "products/product?id=naloxone-nasal-4mg", "questions", "people", "people/person?id=admin", "devices", "organizations", "set-up", "no-such-page"];

    [Fact]
    public async Task Text_at_twice_its_size_fits_the_smallest_phone()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await DashboardSteps.OpenAsync(page, server);
        await Expect(page.Locator(".signed-in")).ToBeVisibleAsync();
        await page.SetViewportSizeAsync(320, 640);

        foreach (var path in Pages)
        {
            await OpenAsync(page, server, path);
            await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") == 320, $"{path} is wider than the screen.");
        }

        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Axe_finds_nothing(bool dark)
    {
        AxeCore.SkipIfMissing();
        var (page, _) = await chromium.NewPageAsync(dark);
        await using var server = await StartAsync();
        await page.GotoAsync(server.Address);
        await Expect(DashboardSteps.CodeField(page)).ToBeVisibleAsync();
        await AxeCore.CheckAsync(page);
        await DashboardSteps.OpenAsync(page, server);
        await Expect(page.Locator(".signed-in")).ToBeVisibleAsync();

        foreach (var path in Pages)
        {
            await OpenAsync(page, server, path);
            await AxeCore.CheckAsync(page);
        }
    }

    private static async Task<DashboardServer> StartAsync()
    {
        var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1", boxes: 1_000, syringesReturned: 100_000);
        await field.LogAsync("van-9", boxes: 1_000);
        return server;
    }

    private static async Task OpenAsync(IPage page, DashboardServer server, string path)
    {
        await page.GotoAsync(server.Address + path);
        await Expect(page.Locator(".signed-in")).ToBeVisibleAsync();
        await Expect(page.GetByText("Loading")).ToHaveCountAsync(0);
        await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
    }
}
