using Microsoft.Playwright;
using Outreach.Protocol.Access.V1;

namespace Outreach.Web.Tests.Browser;

/// <summary>Somebody at a desk, who looks at the dashboard.</summary>
internal static class DashboardSteps
{
    /// <summary>The administrator of a new server, who holds every role in these tests.</summary>
    public const string Administrator = "admin";

    /// <summary>Opens the dashboard and signs in as the administrator.</summary>
    /// <param name="page">An empty page.</param>
    /// <param name="server">Where.</param>
    /// <param name="asked">What to look at, as the address says it.</param>
    public static async Task OpenAsync(IPage page, DashboardServer server, string asked = "")
    {
        var code = await CreateCodeAsync(server, Administrator);
        await page.GotoAsync(server.Address + asked);
        await SignInAsync(page, code);
    }

    /// <summary>Types a code where it is asked for.</summary>
    public static async Task SignInAsync(IPage page, string code)
    {
        await CodeField(page).FillAsync(code);
        await CodeField(page).PressAsync("Enter");
    }

    /// <summary>Where the code is typed.</summary>
    public static ILocator CodeField(IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "Sign-in code" });

    /// <summary>Adds a person, and makes a code for that one to come in with.</summary>
    public static Task<string> CreatePersonWithCodeAsync(DashboardServer server, string personId, params Grant[] grants) =>
        CreatePersonInOrganizationAsync(server, "", personId, grants);

    /// <summary>Adds a person to an organization, and makes a code for that one to come in with.</summary>
    public static async Task<string> CreatePersonInOrganizationAsync(DashboardServer server, string organizationId, string personId, params Grant[] grants)
    {
        var person = new Person { PersonId = personId, OrganizationId = organizationId, Label = personId, Kind = PersonKind.Person };
        person.Grants.Add(grants);
        await People(server).CreatePersonAsync(new CreatePersonRequest { Person = person });
        return await CreateCodeAsync(server, personId);
    }

    /// <summary>Gives a person other roles in place of those held.</summary>
    public static async Task GrantAsync(DashboardServer server, string personId, params Grant[] grants)
    {
        var person = new Person { PersonId = personId };
        person.Grants.Add(grants);
        await People(server).UpdatePersonAsync(new UpdatePersonRequest { Person = person });
    }

    /// <summary>Makes a code for a person.</summary>
    public static async Task<string> CreateCodeAsync(DashboardServer server, string personId) =>
        (await People(server).CreateEnrollmentCodeAsync(new CreateEnrollmentCodeRequest { PersonId = personId })).Code;

    /// <summary>Shuts out every device that a person holds.</summary>
    public static async Task ShutOutAsync(DashboardServer server, string personId)
    {
        var devices = new DeviceService.DeviceServiceClient(server.Channel);
        foreach (var device in (await devices.ListDevicesAsync(new ListDevicesRequest { PersonId = personId })).Devices)
            await devices.ShutOutDeviceAsync(new ShutOutDeviceRequest { DeviceId = device.DeviceId, Reason = "It was lost." });
    }

    private static PeopleService.PeopleServiceClient People(DashboardServer server) => new(server.Channel);
}
