using Microsoft.Playwright;
using Outreach.Protocol.Encounters.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>The overview in a real browser with a real server.</summary>
public sealed class DashboardTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task An_empty_program_shows_how_to_begin_and_then_its_first_encounter()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);

        await DashboardSteps.OpenAsync(page, server);
        await Expect(Heading(page, "No encounters yet")).ToBeVisibleAsync();
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1", boxes: 2, syringesReturned: 1_234, reversals: 1);

        await Expect(Tile(page, "People reached")).ToContainTextAsync("1");
        await Expect(Tile(page, "Naloxone doses handed out")).ToContainTextAsync("4");
        await Expect(Tile(page, "Overdose reversals")).ToContainTextAsync("1");
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("1,234");
        await Expect(page.Locator("section", new() { HasText = "People reached (contacts) by site" }).GetByText("Kensington van")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 open shortfall" })).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Figures_that_change_are_marked()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1");
        await DashboardSteps.OpenAsync(page, server);
        await Expect(Tile(page, "Encounters").Locator(".number")).ToHaveTextAsync("1");

        await field.LogAsync("van-1");

        await Expect(Tile(page, "Encounters").Locator(".number")).ToHaveTextAsync("2");
        await Expect(Tile(page, "Encounters").Locator(".change-mark")).ToHaveTextAsync("+1");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_lost_connection_is_shown_the_figures_stay_and_it_reconnects()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1", syringesReturned: 10);
        await DashboardSteps.OpenAsync(page, server);
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("10");

        await server.KillAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("10");

        await server.StartAsync();
        await field.LogAsync("van-1", syringesReturned: 5);
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("15");
        await Expect(page.GetByText("The server cannot be reached.")).ToHaveCountAsync(0);
        await Expect(page.Locator(".connection")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task It_reconnects_even_if_nothing_has_changed()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server);
        await Expect(page.Locator(".connection")).ToHaveTextAsync("Live");

        await server.KillAsync();
        await Expect(page.Locator(".connection")).ToHaveTextAsync("Not connected");
        await server.StartAsync();

        await Expect(page.Locator(".connection")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task A_held_encounter_is_shown_with_its_reason()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server);
        await Expect(page.Locator(".connection")).ToHaveTextAsync("Live");

        var result = await new FieldWorker(server.Channel).LogAsync("van-9", boxes: 1);

        Assert.Equal(RecordOutcome.Held, result.Outcome);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 held encounter" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Unknown site")).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Period_and_site_are_in_the_URL_and_the_figures_follow()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.OpenSiteAsync("van-2", "Frankford van");
        await field.LogAsync("van-1", syringesReturned: 10);
        await field.LogAsync("van-2", syringesReturned: 5);
        await DashboardSteps.OpenAsync(page, server, "?period=all");
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("15");

        await page.GetByRole(AriaRole.Combobox, new() { Name = "Site" }).SelectOptionAsync("van-2");
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("5");
        await page.GetByLabel("This year", new() { Exact = true }).CheckAsync();
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=year&site=van-2");
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("15");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_title_changes_only_when_the_new_figures_arrive()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1");
        await DashboardSteps.OpenAsync(page, server, "?period=all");
        await Expect(Tile(page, "Encounters").Locator(".number")).ToHaveTextAsync("1");

        await server.KillAsync();
        await page.GetByLabel("This year", new() { Exact = true }).CheckAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await Expect(Heading(page, "All time")).ToBeVisibleAsync();

        await server.StartAsync();
        await Expect(Heading(page, "This year")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_chart_can_be_read_as_a_table_with_the_keyboard_alone()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1");
        await DashboardSteps.OpenAsync(page, server, "?period=all");

        await page.GetByRole(AriaRole.Button, new() { Name = "Encounters" }).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Encounters" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Last).ToContainTextAsync("1");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_narrow_screen_does_not_scroll_sideways()
    {
        var (page, errors) = await chromium.NewPageAsync(dark: true);
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "A van with a name that is wider than a phone, at the corner of two avenues");
        await field.LogAsync("van-1", boxes: 1_000_000, syringesReturned: 1_000_000);
        await DashboardSteps.OpenAsync(page, server, "?from=2019-01-01");
        await Expect(Tile(page, "Syringes")).ToContainTextAsync("1,000,000");

        foreach (var width in new[] { 320, 390, 768 })
        {
            await page.SetViewportSizeAsync(width, 844);
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_refusal_shows_the_servers_message()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();

        await DashboardSteps.OpenAsync(page, server, "?site=NO%20SITE");

        await Expect(page.GetByText("The server could not show this.")).ToBeVisibleAsync();
        await Expect(page.Locator(".banner").First).ToContainTextAsync("NO SITE");
    }

    private static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name });

    private static ILocator Tile(IPage page, string name) => page.Locator(".tile", new() { HasText = name });
}
