using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>Managing people and devices, in a real browser.</summary>
public sealed class PeopleTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_person_is_added_signs_in_with_the_code_and_is_ended()
    {
        var (page, errors) = await chromium.NewPageAsync();
        var (phone, _) = await chromium.NewPageAsync(dark: true);
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server, "people");

        await Button(page, "Add a person").ClickAsync();
        await page.GetByLabel("Name at work").FillAsync("Robin");
        await page.GetByLabel("Director or analyst").CheckAsync();
        await Button(page, "Add").ClickAsync();
        await Expect(Heading(page)).ToHaveTextAsync("Robin");
        await Button(page, "Make a sign-in code").ClickAsync();
        await phone.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(phone, await page.Locator(".code-text").InnerTextAsync());
        await Expect(phone.Locator(".signed-in")).ToContainTextAsync("Robin");

        await page.ReloadAsync();
        await Expect(page.Locator(".devices li")).ToHaveCountAsync(1);
        await Button(page, "Robin has left…").ClickAsync();
        await Button(page, "End access").ClickAsync();

        await Expect(page.Locator(".page-head")).ToContainTextAsync("Has left");
        await Expect(DashboardSteps.CodeField(phone)).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_coordinator_sees_people_and_shuts_out_a_device_and_changes_no_role()
    {
        var (page, errors) = await chromium.NewPageAsync();
        var (phone, _) = await chromium.NewPageAsync(dark: true);
        await using var server = await DashboardServer.StartNewAsync();
        await phone.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(phone, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", new Grant { Role = Role.Director }));
        await Expect(phone.Locator(".signed-in")).ToContainTextAsync("robin");
        await page.GotoAsync(server.Address + "people");
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "sam", new Grant { Role = Role.SiteCoordinator }));

        await page.GetByRole(AriaRole.Link, new() { Name = "robin" }).ClickAsync();
        await Expect(page.Locator(".devices li")).ToHaveCountAsync(1);
        await Expect(page.GetByText("Name and roles")).ToHaveCountAsync(0);
        await page.Locator(".devices").GetByRole(AriaRole.Button).ClickAsync();
        await Button(page, "Shut out").ClickAsync();

        await Expect(page.Locator(".devices")).ToContainTextAsync("Shut out");
        await Expect(DashboardSteps.CodeField(phone)).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_health_department_is_added_and_given_the_totals_of_a_program()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server, "organizations");

        await Button(page, "Add an organization").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("City health");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Kind" }).SelectOptionAsync("Health department");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "This program" }).CheckAsync();
        await Button(page, "Add").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "City health" })).ToContainTextAsync("This program");
        var list = await new OrganizationService.OrganizationServiceClient(server.Channel).ListOrganizationsAsync(new ListOrganizationsRequest());
        Assert.Equal(["main"], Assert.Single(list.Organizations, organization => organization.Name == "City health").FiguresFrom);
        Assert.Empty(errors);
    }

    private static ILocator Heading(IPage page) => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
