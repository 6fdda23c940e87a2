using Microsoft.Playwright;
using Outreach.Protocol.Catalog.V1;
using Outreach.Protocol.Sites.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>How sites and products are added and changed, in a real browser.</summary>
public sealed class SettingsPagesTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_site_is_added_and_then_changed_and_closed()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server, "sites");

        await Button(page, "Add a site").ClickAsync();
        await Text(page, "Name").FillAsync("Kensington van");
        await page.GetByLabel("Kind").SelectOptionAsync("Van");
        await page.GetByLabel("Time zone").FillAsync("Mars");
        await Button(page, "Add").ClickAsync();
        await Expect(page.GetByText("Pick a time zone from the list.")).ToBeVisibleAsync();
        await page.GetByLabel("Time zone").FillAsync("America/Chicago");
        await Button(page, "Add hours").ClickAsync();
        await Button(page, "Add").ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Kensington van");
        await page.GetByLabel("Where").FillAsync("Kensington Avenue");
        await page.GetByLabel("Closed").CheckAsync();
        await Button(page, "Save").ClickAsync();

        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        var site = (await new SiteService.SiteServiceClient(server.Channel).GetSiteAsync(new GetSiteRequest { SiteId = "kensington-van" })).Site;
        Assert.Equal((SiteKind.Van, "America/Chicago", "Kensington Avenue", true), (site.Kind, site.TimeZone, site.Place, site.Closed));
        Assert.Equal("09:00", Assert.Single(site.ServiceHours).Opens);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_product_is_added_changed_and_retired()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server, "products");

        await Button(page, "Add a product").ClickAsync();
        await Text(page, "Name").FillAsync("Winter socks");
        await page.GetByLabel("Category").Last.SelectOptionAsync("Hygiene");
        await page.GetByLabel("Handed out by the").FillAsync("pair");
        await Button(page, "Add").ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Winter socks");
        await Button(page, "Add a package").ClickAsync();
        await page.GetByLabel("How many × pair").FillAsync("12");
        await Button(page, "Save").ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Button(page, "Retire…").ClickAsync();
        await Button(page, "Retire").ClickAsync();

        await Expect(page.GetByText("Hygiene, retired")).ToBeVisibleAsync();
        var product = (await new CatalogService.CatalogServiceClient(server.Channel).GetProductAsync(new GetProductRequest { ProductId = "winter-socks" })).Product;
        Assert.Equal(("pair", 12), (product.UnitOfIssue, Assert.Single(product.Packages).Units));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Sites_and_products_are_found_by_name()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.OpenSiteAsync("van-2", "Frankford van");
        await DashboardSteps.OpenAsync(page, server, "sites");

        await page.GetByLabel("Search sites").FillAsync("frank");
        await Expect(page.Locator(".list tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Products" }).ClickAsync();
        await page.GetByLabel("Search products").FillAsync("naloxone nasal");

        await Expect(page.Locator(".list tbody tr").First).ToContainTextAsync("Naloxone nasal");
        Assert.Empty(errors);
    }

    private static ILocator Text(IPage page, string name) => page.GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true });

    private static ILocator Heading(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
