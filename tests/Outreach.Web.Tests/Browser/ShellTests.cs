using System.Net;
using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>The shell of every page: start pages, URLs, titles and focus.</summary>
public sealed class ShellTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static readonly (Role Role, string Heading, string Path)[] LandingPages =
    [
        (Role.OutreachWorker, "All time", ""),
        (Role.SiteCoordinator, "All time", ""),
        (Role.Director, "All time", ""),
        (Role.Administrator, "All time", ""),
        (Role.Navigator, "Encounters", "encounters"),
        (Role.IntakeStaff, "Sites", "sites"),
    ];

    [Fact]
    public async Task Every_role_lands_on_a_page_of_its_own()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await new FieldWorker(server.Channel).OpenSiteAsync("van-1", "Kensington van");
        foreach (var (role, heading, path) in LandingPages)
        {
            await page.GotoAsync(server.Address);

            await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, $"robin-{(int)role}", new Grant { Role = role }));

            await Expect(Heading(page)).ToHaveTextAsync(heading);
            await Expect(page).ToHaveURLAsync(server.Address + path);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(DashboardSteps.CodeField(page)).ToBeVisibleAsync();
        }

        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_person_without_a_role_is_told_so_and_lands_on_a_page_once_granted()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await page.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin"));
        await Expect(Heading(page)).ToHaveTextAsync("You have no role yet");

        await DashboardSteps.GrantAsync(server, "robin", new Grant { Role = Role.Navigator });
        await page.GetByRole(AriaRole.Button, new() { Name = "Check again" }).ClickAsync();

        await Expect(Heading(page)).ToHaveTextAsync("Encounters");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_deep_link_opens_its_page_with_its_title_and_keeps_it_over_the_sign_in()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();

        await DashboardSteps.OpenAsync(page, server, "sites");

        await Expect(Heading(page)).ToHaveTextAsync("Sites");
        await Expect(page).ToHaveTitleAsync("Sites · Outreach");
        await page.ReloadAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Sites");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_navigation_changes_the_title_and_moves_the_focus_to_the_heading()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server);

        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Sites" }).ClickAsync();

        await Expect(Heading(page)).ToHaveTextAsync("Sites");
        await Expect(Heading(page)).ToBeFocusedAsync();
        await Expect(page).ToHaveTitleAsync("Sites · Outreach");
        await Expect(page.Locator("[aria-current=page]")).ToHaveTextAsync("Sites");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task An_unknown_address_says_so_and_leads_back()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();

        await DashboardSteps.OpenAsync(page, server, "no/such/page");
        await Expect(Heading(page)).ToHaveTextAsync("There is no page at this address");
        await page.GetByRole(AriaRole.Link, new() { Name = "Go to the start page" }).ClickAsync();

        await Expect(page).ToHaveTitleAsync("Overview · Outreach");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_page_of_another_role_says_so_and_leads_to_a_page_of_ones_own()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await page.GotoAsync(server.Address + "people");

        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.Navigator }));

        await Expect(Heading(page)).ToHaveTextAsync("You cannot open “People”");
        await page.GetByRole(AriaRole.Link, new() { Name = "Go to Encounters" }).ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Encounters");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Every_address_of_a_page_is_answered_with_the_page_and_no_other_is()
    {
        await using var server = await DashboardServer.StartNewAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        foreach (var path in new[] { "", "sites", "a/deep/link?with=a.dot", "v1x" })
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            Assert.True(response.Headers.CacheControl?.NoCache);
            Assert.Contains("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        }

        foreach (var path in new[] { "_framework/missing", "_framework/missing.wasm", "missing.js", "v1/missing", "outreach.sites.v1.SiteService/Missing" })
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    private static ILocator Heading(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });
}
