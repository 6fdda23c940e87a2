using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>How encounters are found, corrected and voided, in a real browser.</summary>
public sealed class EncountersTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_coordinator_corrects_an_encounter_and_then_voids_it_and_both_stay_visible()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await page.GotoAsync(server.Address + "encounters");
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "sam", new Grant { Role = Role.SiteCoordinator }));
        await page.GetByRole(AriaRole.Row, new() { Name = "Kensington van" }).GetByRole(AriaRole.Link).ClickAsync();

        await Button(page, "Correct…").ClickAsync();
        await page.GetByLabel("Syringes returned").FillAsync("70");
        await page.GetByLabel("Reason").FillAsync("A zero was missing.");
        await Button(page, "Save the correction").ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("70 syringes");
        await Expect(page.Locator(".attention-list")).ToContainTextAsync("Before: 7 syringes returned");

        await Button(page, "Void…").ClickAsync();
        await page.GetByLabel("Reason").FillAsync("Logged twice.");
        await Button(page, "Void").ClickAsync();
        await Expect(page.GetByText("This encounter was voided.")).ToBeVisibleAsync();
        await Expect(page.Locator(".attention-list > li")).ToHaveCountAsync(2);
        await Expect(Button(page, "Correct…")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_worker_finds_the_encounters_of_a_site_and_changes_nothing()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartAsync();
        await page.GotoAsync(server.Address + "encounters");
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.OutreachWorker }));
        await Expect(Rows(page)).ToHaveCountAsync(2);

        await page.GetByLabel("Site", new() { Exact = true }).SelectOptionAsync("Frankford van");
        await Expect(Rows(page)).ToHaveCountAsync(1);
        await Rows(page).GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.Locator(".facts")).ToContainTextAsync("5 syringes");
        await Expect(Button(page, "Correct…")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    private static async Task<DashboardServer> StartAsync()
    {
        var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.OpenSiteAsync("van-2", "Frankford van");
        await field.LogAsync("van-1", syringesReturned: 7);
        await field.LogAsync("van-2", syringesReturned: 5);
        return server;
    }

    private static ILocator Rows(IPage page) => page.Locator(".list tbody tr");

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
