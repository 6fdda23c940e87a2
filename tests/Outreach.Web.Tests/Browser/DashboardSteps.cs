using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Tests.Browser;

/// <summary>Steps that many browser tests share.</summary>
internal static class DashboardSteps
{
    /// <summary>The id of the first administrator, who has all roles in these tests.</summary>
    public const string Administrator = "admin";

    /// <summary>Opens the dashboard and signs in as the administrator.</summary>
    /// <param name="page">An empty page.</param>
    /// <param name="server">The server.</param>
    /// <param name="path">The path and query to open.</param>
    public static async Task OpenAsync(IPage page, DashboardServer server, string path = "")
    {
        var code = await CreateCodeAsync(server, Administrator);
        await page.GotoAsync(server.Address + path);
        await SignInAsync(page, code);
    }

    /// <summary>Types a sign-in code and submits it.</summary>
    public static async Task SignInAsync(IPage page, string code)
    {
        await CodeField(page).FillAsync(code);
        await CodeField(page).PressAsync("Enter");
    }

    /// <summary>The input for the sign-in code.</summary>
    public static ILocator CodeField(IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "Sign-in code" });

    /// <summary>Adds a person and returns a sign-in code for them.</summary>
    public static Task<string> CreatePersonWithCodeAsync(DashboardServer server, string personId, params Grant[] grants) =>
        CreatePersonInOrganizationAsync(server, "", personId, grants);

    /// <summary>Adds a person to an organization and returns a sign-in code for them.</summary>
    public static async Task<string> CreatePersonInOrganizationAsync(DashboardServer server, string organizationId, string personId, params Grant[] grants)
    {
        var person = new Person { PersonId = personId, OrganizationId = organizationId, Label = personId, Kind = PersonKind.Person };
        person.Grants.Add(grants);
        await People(server).CreatePersonAsync(new CreatePersonRequest { Person = person });
        return await CreateCodeAsync(server, personId);
    }

    /// <summary>Replaces a person's roles.</summary>
    public static async Task GrantAsync(DashboardServer server, string personId, params Grant[] grants)
    {
        var person = new Person { PersonId = personId };
        person.Grants.Add(grants);
        await People(server).UpdatePersonAsync(new UpdatePersonRequest { Person = person });
    }

    /// <summary>Makes a sign-in code for a person.</summary>
    public static async Task<string> CreateCodeAsync(DashboardServer server, string personId) =>
        (await People(server).CreateEnrollmentCodeAsync(new CreateEnrollmentCodeRequest { PersonId = personId })).Code;

    /// <summary>Shuts out all devices of a person.</summary>
    public static async Task ShutOutAsync(DashboardServer server, string personId)
    {
        var devices = new DeviceService.DeviceServiceClient(server.Channel);
        foreach (var device in (await devices.ListDevicesAsync(new ListDevicesRequest { PersonId = personId })).Devices)
            await devices.ShutOutDeviceAsync(new ShutOutDeviceRequest { DeviceId = device.DeviceId, Reason = "It was lost." });
    }

    private static PeopleService.PeopleServiceClient People(DashboardServer server) => new(server.Channel);
}
