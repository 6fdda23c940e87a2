using Microsoft.Playwright;
using Outreach.Protocol.Sites.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>The set-up of a new server, in a real browser.</summary>
public sealed class SetUpTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task The_first_administrator_names_the_program_its_site_and_a_person_and_comes_back_to_where_it_was()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var code = await DashboardSteps.CreateCodeAsync(server, DashboardSteps.Administrator);
        await page.GotoAsync($"{server.Address}set-up#code={code}");
        await Button(page, "Sign in").ClickAsync();

        await Expect(Heading(page)).ToHaveTextAsync("What is your program called?");
        await page.GetByLabel("Name of the program").FillAsync("Kensington Outreach");
        await Button(page, "Next").ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Where do you work?");
        await Expect(Heading(page)).ToBeFocusedAsync();
        await Expect(page.Locator(".signed-in")).ToContainTextAsync("Kensington Outreach");

        await page.GotoAsync(server.Address);
        await page.GetByRole(AriaRole.Link, new() { Name = "Set up your program" }).ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Where do you work?");
        await page.GetByLabel("Name of the site").FillAsync("Kensington van");
        await page.GetByLabel("Kind").SelectOptionAsync("Van");
        await page.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await Button(page, "Next").ClickAsync();
        await Expect(page.GetByText("Pick a time zone from the list.")).ToBeVisibleAsync();
        await page.GetByLabel("Time zone").FillAsync("America/New_York");
        await Button(page, "Next").ClickAsync();

        await Expect(Heading(page)).ToHaveTextAsync("Who works with you?");
        await page.GetByLabel("Name at work").FillAsync("Robin");
        await page.GetByLabel("Outreach worker").CheckAsync();
        await Button(page, "Add").ClickAsync();
        await Button(page, "Make a sign-in code").ClickAsync();
        await Expect(page.Locator(".qr")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Done: open the overview" }).ClickAsync();

        await Expect(Heading(page)).ToHaveTextAsync("All time");
        var sites = await new SiteService.SiteServiceClient(server.Channel).ListSitesAsync(new ListSitesRequest());
        var site = Assert.Single(sites.Sites);
        Assert.Equal(("kensington-van", SiteKind.Van, "America/New_York"), (site.SiteId, site.Kind, site.TimeZone));
        Assert.Empty(errors);
    }

    private static ILocator Heading(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
