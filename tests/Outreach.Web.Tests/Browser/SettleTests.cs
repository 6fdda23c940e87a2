using Microsoft.Playwright;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Stock.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>How work that waits is settled where it is shown, in a real browser.</summary>
public sealed class SettleTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_held_record_is_released_as_it_was_sent_once_its_site_is_known()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        var field = new FieldWorker(server.Channel);
        await field.LogAsync("van-9", syringesReturned: 7);
        await OpenAsync(page, server);
        await Expect(Count(page)).ToHaveTextAsync("1");
        await Expect(Held(page)).ToContainTextAsync("Unknown site");

        await Held(page).GetByRole(AriaRole.Button, new() { Name = "Release as sent" }).ClickAsync();
        await Button(page, "Release").ClickAsync();
        await Expect(page.Locator("dialog .error-text")).ToContainTextAsync("van-9");
        await field.OpenSiteAsync("van-9", "Frankford van");
        await Button(page, "Release").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The record counts now.");
        await Expect(Held(page)).ToHaveCountAsync(0);
        await Expect(Count(page)).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();
        Assert.Equal(7, Assert.Single(await ListAsync(server, "van-9")).Encounter.SyringesReturned.Count);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_held_record_is_corrected_and_counts_where_it_happened()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await new FieldWorker(server.Channel).LogAsync("van-9", boxes: 3, syringesReturned: 7, reversals: 1);
        await OpenAsync(page, server);

        await Held(page).GetByRole(AriaRole.Button, new() { Name = "Correct and release" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("It was the Kensington van.");
        await Button(page, "Release").ClickAsync();
        await Expect(page.GetByText("Pick the site where it happened.")).ToBeVisibleAsync();
        await page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("Kensington van");
        await page.GetByLabel("Units").FillAsync("2");
        await Button(page, "Release").ClickAsync();

        await Expect(Held(page)).ToHaveCountAsync(0);
        await Expect(page.GetByText("2 short")).ToBeVisibleAsync();
        var recorded = Assert.Single(await ListAsync(server, "van-1")).Encounter;
        Assert.Equal((2, 7, 1), (recorded.HandedOut[0].Units, recorded.SyringesReturned.Count, recorded.OverdoseReport.Reversals));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_held_record_is_dropped_with_a_reason()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await new FieldWorker(server.Channel).LogAsync("van-9", syringesReturned: 7);
        await OpenAsync(page, server);

        await Held(page).GetByRole(AriaRole.Button, new() { Name = "Drop" }).ClickAsync();
        await Button(page, "Drop").ClickAsync();
        await Expect(page.GetByText("Give a reason in a few words.")).ToBeVisibleAsync();
        await page.GetByLabel("Reason").FillAsync("A test of the phone.");
        await Button(page, "Drop").ClickAsync();

        await Expect(page.GetByText("No record waits for a decision.")).ToBeVisibleAsync();
        var request = new ListHeldEncountersRequest { State = HeldState.Dropped };
        var dropped = await new EncounterService.EncounterServiceClient(server.Channel).ListHeldEncountersAsync(request);
        Assert.Equal("A test of the phone.", Assert.Single(dropped.HeldEncounters).ResolutionReason);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_shortfall_is_explained_in_part_and_then_settled()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await new FieldWorker(server.Channel).LogAsync("van-1", boxes: 5);
        await DashboardSteps.OpenAsync(page, server);
        await page.GetByRole(AriaRole.Link, new() { Name = "Settle them" }).ClickAsync();

        await ExplainAsync(page, units: "2");
        await Expect(page.GetByText("3 short")).ToBeVisibleAsync();
        await ExplainAsync(page, units: "3");

        await Expect(page.GetByText("The books cover everything that was handed out.")).ToBeVisibleAsync();
        await Expect(Count(page)).ToHaveCountAsync(0);
        var stock = await new StockService.StockServiceClient(server.Channel).GetStockAsync(new GetStockRequest { SiteId = "van-1" });
        Assert.DoesNotContain(stock.Products, product => product.Shortfall > 0);
        Assert.Empty(errors);
    }

    private static async Task ExplainAsync(IPage page, string units)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain" }).ClickAsync();
        await page.GetByLabel("How many").FillAsync(units);
        await page.GetByLabel("Reason").FillAsync("Counted on Monday.");
        await Button(page, "Settle").ClickAsync();
        await Expect(page.Locator("dialog")).ToHaveCountAsync(0);
    }

    private static async Task<DashboardServer> StartAsync()
    {
        var server = await DashboardServer.StartNewAsync();
        await new FieldWorker(server.Channel).OpenSiteAsync("van-1", "Kensington van");
        return server;
    }

    private static async Task OpenAsync(IPage page, DashboardServer server)
    {
        await DashboardSteps.OpenAsync(page, server, "settle");
        await Expect(Held(page)).ToHaveCountAsync(1);
    }

    private static async Task<IReadOnlyList<RecordedEncounter>> ListAsync(DashboardServer server, string siteId) =>
        (await new EncounterService.EncounterServiceClient(server.Channel).ListEncountersAsync(new ListEncountersRequest { SiteId = siteId })).Encounters;

    private static ILocator Held(IPage page) => page.Locator(".held > li");

    private static ILocator Count(IPage page) => page.Locator(".menu .count");

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
