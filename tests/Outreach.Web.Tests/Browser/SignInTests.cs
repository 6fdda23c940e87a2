using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>Signing in, staying signed in and signing out, in a real browser.</summary>
public sealed class SignInTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    private static readonly Grant Director = new() { Role = Role.Director };

    [Fact]
    public async Task A_code_in_any_spelling_signs_in_with_the_keyboard_alone()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var code = await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", Director);

        await page.GotoAsync(server.Address);
        await Expect(DashboardSteps.CodeField(page)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant());
        await page.Keyboard.PressAsync("Enter");

        await Expect(Live(page)).ToHaveTextAsync("Live");
        await Expect(page.GetByText("Signed in as robin")).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_wrong_code_and_the_time_to_wait_are_shown()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await page.GotoAsync(server.Address);
        var alert = page.GetByRole(AriaRole.Alert).Filter(new() { Visible = true });

        await DashboardSteps.SignInAsync(page, "SHORT");
        await Expect(alert).ToContainTextAsync("A code has ten letters and numbers. You typed 5.");
        await DashboardSteps.SignInAsync(page, "WRONG-WRONG");
        await Expect(alert).ToContainTextAsync("This code does not work.");
        await Expect(DashboardSteps.CodeField(page)).ToBeFocusedAsync();
        await Expect(DashboardSteps.CodeField(page)).ToHaveAttributeAsync("aria-invalid", "true");

        for (var i = 0; i < 10; i++)
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
            await page.RunAndWaitForResponseAsync(() => DashboardSteps.SignInAsync(page, $"WR0NG-WR0N{i}"), "**/EnrollDevice");
            await Expect(alert).ToContainTextAsync(i < 9 ? "does not work" : "Too many codes were wrong. Try again in 10 minutes.");
        }

        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_reload_and_a_second_tab_stay_signed_in()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server);
        await Expect(Live(page)).ToHaveTextAsync("Live");

        await page.ReloadAsync();
        await Expect(Live(page)).ToHaveTextAsync("Live");
        var second = await page.RunAndWaitForPopupAsync(() => page.EvaluateAsync("() => { open('/'); }"));
        await Task.WhenAll(second.ReloadAsync(), page.ReloadAsync());

        await Expect(Live(second)).ToHaveTextAsync("Live");
        await Expect(Live(page)).ToHaveTextAsync("Live");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_reload_during_a_token_refresh_does_not_sign_the_browser_out()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await DashboardSteps.OpenAsync(page, server);
        await Expect(Live(page)).ToHaveTextAsync("Live");
        var responses = 0;
        await page.RouteAsync("**/RefreshSession", async route =>
        {
            // The server answers, but the response gets lost.
            await route.FetchAsync();
            responses++;
            await route.AbortAsync();
        });

        await page.ReloadAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await page.UnrouteAllAsync();
        await page.ReloadAsync();

        await Expect(Live(page)).ToHaveTextAsync("Live");
        Assert.True(responses > 0);
    }

    [Fact]
    public async Task Signing_out_clears_the_browsers_storage()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await page.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", Director));
        await Expect(Live(page)).ToHaveTextAsync("Live");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByText("You are signed out.")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        await page.ReloadAsync();
        await Expect(DashboardSteps.CodeField(page)).ToBeVisibleAsync();
        var devices = await new DeviceService.DeviceServiceClient(server.Channel)
            .ListDevicesAsync(new ListDevicesRequest { PersonId = "robin", IncludeInactive = true });
        Assert.Equal(DeviceState.SignedOut, Assert.Single(devices.Devices).State);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_identity_provider_is_a_link_that_leaves_the_dashboard()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync(
            "--Outreach:OpenId:Authority=http://127.0.0.1:9", "--Outreach:OpenId:Audience=outreach", "--Outreach:OpenId:ClientId=dashboard",
            "--Outreach:OpenId:Name=Example Health");
        // After the first sign-in, the router is loaded and handles links.
        await DashboardSteps.OpenAsync(page, server);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Health" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Health" }).ClickAsync();

        await Expect(page.GetByText("You cannot be signed in just now.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Start again" }).ClickAsync();
        await Expect(DashboardSteps.CodeField(page)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Figures_disappear_when_the_device_is_shut_out()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var field = new FieldWorker(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1", syringesReturned: 10);
        await page.GotoAsync(server.Address);
        await DashboardSteps.SignInAsync(page, await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", Director));
        await Expect(page.Locator(".tile", new() { HasText = "Syringes" })).ToContainTextAsync("10");

        await DashboardSteps.ShutOutAsync(server, "robin");

        await Expect(page.GetByText("This browser was signed out or shut out")).ToBeVisibleAsync();
        await Expect(page.Locator(".tile")).ToHaveCountAsync(0);
        await Expect(DashboardSteps.CodeField(page)).ToBeFocusedAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_code_in_the_URL_is_filled_in_and_removed_from_the_URL()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        var code = await DashboardSteps.CreatePersonWithCodeAsync(server, "robin", Director);

        await page.GotoAsync($"{server.Address}?period=all#code=AAAAA-AAAAA");
        await Expect(DashboardSteps.CodeField(page)).ToHaveValueAsync("AAAAA-AAAAA");
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        await page.GotoAsync($"{server.Address}?period=all#code={code}");
        await Expect(DashboardSteps.CodeField(page)).ToHaveValueAsync(code);
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Signed in as robin")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        Assert.Empty(errors);
    }

    private static ILocator Live(IPage page) => page.Locator(".connection");
}
