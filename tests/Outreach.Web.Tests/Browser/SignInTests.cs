using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>How a person comes in, stays in and leaves, in a real browser.</summary>
public sealed class SignInTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly Grant Director = new() { Role = Role.Director };

    [Fact]
    public async Task A_code_lets_a_person_in_with_the_keyboard_alone_however_it_is_written()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        var code = await Desk.InviteAsync(server, "robin", Director);

        await page.GotoAsync(server.Address);
        await Expect(Desk.CodeField(page)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(code.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant());
        await page.Keyboard.PressAsync("Enter");

        await Expect(Live(page)).ToHaveTextAsync("Live");
        await Expect(page.GetByText("Signed in as robin")).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_code_that_lets_nobody_in_is_said_plainly_and_so_is_how_long_to_wait()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        await page.GotoAsync(server.Address);
        var said = page.GetByRole(AriaRole.Alert).Filter(new() { Visible = true });

        await Desk.SignInAsync(page, "SHORT");
        await Expect(said).ToContainTextAsync("A code has ten letters and numbers; this has 5.");
        await Desk.SignInAsync(page, "WRONG-WRONG");
        await Expect(said).ToContainTextAsync("This code lets nobody in.");
        await Expect(Desk.CodeField(page)).ToBeFocusedAsync();
        await Expect(Desk.CodeField(page)).ToHaveAttributeAsync("aria-invalid", "true");

        for (var i = 0; i < 10; i++)
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
            await page.RunAndWaitForResponseAsync(() => Desk.SignInAsync(page, $"WR0NG-WR0N{i}"), "**/Enroll");
            await Expect(said).ToContainTextAsync(i < 9 ? "lets nobody in" : "Too many wrong codes came from here. Try again in 10 minutes.");
        }

        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_reload_and_a_second_tab_stay_signed_in()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        await Desk.OpenAsync(page, server);
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
    public async Task Reloads_that_cut_a_refresh_short_do_not_shut_the_browser_out()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        await Desk.OpenAsync(page, server);
        await Expect(Live(page)).ToHaveTextAsync("Live");
        var answered = 0;
        await page.RouteAsync("**/RefreshSession", async route =>
        {
            // The server has answered, and the answer gets lost.
            await route.FetchAsync();
            answered++;
            await route.AbortAsync();
        });

        await page.ReloadAsync();
        await Expect(page.GetByText("The server cannot be reached.")).ToBeVisibleAsync();
        await page.UnrouteAllAsync();
        await page.ReloadAsync();

        await Expect(Live(page)).ToHaveTextAsync("Live");
        Assert.True(answered > 0);
    }

    [Fact]
    public async Task Who_signs_out_leaves_nothing_behind()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        await page.GotoAsync(server.Address);
        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", Director));
        await Expect(Live(page)).ToHaveTextAsync("Live");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByText("You are signed out.")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        await page.ReloadAsync();
        await Expect(Desk.CodeField(page)).ToBeVisibleAsync();
        var devices = await new DeviceService.DeviceServiceClient(server.Channel)
            .ListDevicesAsync(new ListDevicesRequest { PersonId = "robin", IncludeShutOut = true });
        Assert.Equal(DeviceState.SignedOut, Assert.Single(devices.Devices).State);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task A_provider_that_people_can_sign_in_with_is_a_link_that_leaves_the_dashboard()
    {
        var (page, _) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync(
            "--Outreach:OpenId:Authority=http://127.0.0.1:9", "--Outreach:OpenId:Audience=outreach", "--Outreach:OpenId:ClientId=dashboard",
            "--Outreach:OpenId:Name=Example Health");
        // After somebody was signed in the router takes links for its own.
        await Desk.OpenAsync(page, server);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Health" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Health" }).ClickAsync();

        await Expect(page.GetByText("You cannot be signed in just now.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the beginning" }).ClickAsync();
        await Expect(Desk.CodeField(page)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_is_shut_out_while_watching_sees_no_figures_any_more()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        var field = new Field(server.Channel);
        await field.OpenSiteAsync("van-1", "Kensington van");
        await field.LogAsync("van-1", syringesBack: 10);
        await page.GotoAsync(server.Address);
        await Desk.SignInAsync(page, await Desk.InviteAsync(server, "robin", Director));
        await Expect(page.Locator(".tile", new() { HasText = "Syringes" })).ToContainTextAsync("10");

        await Desk.ShutOutAsync(server, "robin");

        await Expect(page.GetByText("This browser was signed out or shut out")).ToBeVisibleAsync();
        await Expect(page.Locator(".tile")).ToHaveCountAsync(0);
        await Expect(Desk.CodeField(page)).ToBeFocusedAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length"));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_link_of_a_code_fills_it_in_and_leaves_the_address()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await ServerProcess.StartNewAsync();
        var code = await Desk.InviteAsync(server, "robin", Director);

        await page.GotoAsync($"{server.Address}?period=all#code=AAAAA-AAAAA");
        await Expect(Desk.CodeField(page)).ToHaveValueAsync("AAAAA-AAAAA");
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        await page.GotoAsync($"{server.Address}?period=all#code={code}");
        await Expect(Desk.CodeField(page)).ToHaveValueAsync(code);
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Signed in as robin")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync($"{server.Address}?period=all");
        Assert.Empty(errors);
    }

    private static ILocator Live(IPage page) => page.Locator(".link");
}
