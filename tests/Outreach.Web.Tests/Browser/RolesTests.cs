using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>What people of several roles are shown, and what not.</summary>
public sealed class RolesTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Who_works_at_one_site_sees_only_that_one()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await page.GotoAsync(server.Address);

        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", new Grant { Role = Role.OutreachWorker, SiteIds = { "van-1" } }));

        await Expect(Syringes(page)).ToContainTextAsync("10");
        await Expect(page.GetByText("· your sites")).ToBeVisibleAsync();
        await Expect(page.Locator("option")).ToHaveTextAsync(["Your sites", "Kensington van"]);
        await Expect(page.GetByText("Frankford van")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task What_a_person_may_see_no_longer_goes_from_the_screen_at_once()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await page.GotoAsync(server.Address);
        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", new Grant { Role = Role.Director }));
        await Expect(Syringes(page)).ToContainTextAsync("15");

        await Desk.GrantAsync(server, "robin", new Grant { Role = Role.SiteCoordinator, SiteIds = { "van-2" } });

        await Expect(Syringes(page).Locator(".number").Last).ToHaveTextAsync("5");
        await Expect(page.Locator("option")).ToHaveTextAsync(["Your sites", "Frankford van"]);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Who_has_no_role_with_figures_is_told_so_and_sees_them_when_one_is_given()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await page.GotoAsync(server.Address);
        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", new Grant { Role = Role.IntakeStaff }));
        await Expect(page.GetByText("this role: intake staff")).ToBeVisibleAsync();

        await Desk.GrantAsync(server, "robin", new Grant { Role = Role.Director });
        await page.GetByRole(AriaRole.Button, new() { Name = "Look again" }).ClickAsync();

        await Expect(Syringes(page)).ToContainTextAsync("15");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Who_may_not_read_waiting_records_is_told_how_many_there_are_and_who_may()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        await new Field(server.Channel).LogAsync("van-9", boxes: 1);
        await page.GotoAsync(server.Address);

        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", new Grant { Role = Role.Administrator }));

        await Expect(page.GetByText("1 record waits")).ToBeVisibleAsync();
        await Expect(page.GetByText("Site coordinators and directors see which ones.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Site not known")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_health_department_sees_figures_of_others_together_and_nothing_below_them()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await StartWithTwoSitesAsync();
        var city = new Organization { OrganizationId = "city", Name = "City health", Kind = OrganizationKind.HealthDepartment, FiguresFrom = { "main" } };
        await new OrganizationService.OrganizationServiceClient(server.Channel).CreateOrganizationAsync(new CreateOrganizationRequest { Organization = city });
        await page.GotoAsync(server.Address);

        await Desk.SignInAsync(page, await Desk.InviteToAsync(server, "city", "robin", new Grant { Role = Role.Director }));

        await Expect(Syringes(page)).ToContainTextAsync("15");
        await Expect(page.GetByText("Of other organizations only figures of all their sites together are shown.")).ToBeVisibleAsync();
        await Expect(page.GetByText("On the shelves now")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Kensington van")).ToHaveCountAsync(0);
        Assert.Empty(errors);
    }

    private static async Task<ServerProcess> StartWithTwoSitesAsync()
    {
        var server = await ServerProcess.StartNewAsync();
        var field = new Field(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.OpenSiteAsync("van-2", "Frankford van");
        await field.LogAsync("van-1", syringesBack: 10);
        await field.LogAsync("van-2", syringesBack: 5);
        return server;
    }

    private static ILocator Syringes(IPage page) => page.Locator(".tile", new() { HasText = "Syringes" });
}
