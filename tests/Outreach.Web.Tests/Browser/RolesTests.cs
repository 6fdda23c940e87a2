using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>What each role sees, in a real browser.</summary>
public sealed class RolesTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_worker_at_one_site_sees_only_that_site()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await page.GotoAsync(server.Address);

        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.OutreachWorker, SiteIds = { "van-1" } }));

        await Expect(Syringes(page)).ToContainTextAsync("10");
        await Expect(page.GetByText("· your sites")).ToBeVisibleAsync();
        await Expect(page.Locator("option")).ToHaveTextAsync(["Your sites", "Kensington van"]);
        await Expect(page.GetByText("Frankford van")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Figures_of_a_removed_role_disappear_at_once()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await page.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.Director }));
        await Expect(Syringes(page)).ToContainTextAsync("15");

        await DashboardSteps.GrantAsync(server, "robin", new Grant { Role = Role.SiteCoordinator, SiteIds = { "van-2" } });

        await Expect(Syringes(page).Locator(".number").Last).ToHaveTextAsync("5");
        await Expect(page.Locator("option")).ToHaveTextAsync(["Your sites", "Frankford van"]);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_person_who_may_not_read_held_encounters_sees_their_number_and_who_may_read_them()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await new FieldWorker(server.Channel).LogAsync("van-9", boxes: 1);
        await page.GotoAsync(server.Address);

        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.Administrator }));

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 held encounter" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Site coordinators and directors can see which encounters are held.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Unknown site")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_health_department_sees_only_totals_of_other_organizations()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        var city = new Organization { OrganizationId = "city", Name = "City health", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { "main" } };
        await new OrganizationService.OrganizationServiceClient(server.Channel).CreateOrganizationAsync(new CreateOrganizationRequest { Organization = city });
        await page.GotoAsync(server.Address);

        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonInOrganizationAsync(server, "city", "robin", new Grant { Role = Role.Director }));

        await Expect(Syringes(page)).ToContainTextAsync("15");
        await Expect(page.GetByText("Other organizations share only the totals of all their sites.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Stock now")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Kensington van")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    private static async Task<DashboardServer> StartWithTwoSitesAsync()
    {
        var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.OpenSiteAsync("van-2", "Frankford van");
        await field.LogAsync("van-1", syringesReturned: 10);
        await field.LogAsync("van-2", syringesReturned: 5);
        return server;
    }

    private static ILocator Syringes(IPage page) => page.Locator(".tile", new() { HasText = "Syringes" });
}
