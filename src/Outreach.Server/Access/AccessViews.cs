using System.Text.Json;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Which people are asked for.</summary>
internal sealed record PersonFilter(string TokenScope, PageRequest Page, string Organization, bool IncludeEnded);

/// <summary>Which devices are asked for.</summary>
internal sealed record DeviceFilter(string TokenScope, PageRequest Page, string Organization, string? Person, bool IncludeShutOut);

/// <summary>Which organizations are asked for.</summary>
internal sealed record OrganizationFilter(string TokenScope, PageRequest Page);

/// <summary>Reads organizations, people and devices from the views.</summary>
internal static class AccessViews
{
    public static async Task<OrganizationEntry?> FindOrganizationAsync(ILedger ledger, string id, CancellationToken cancel) =>
        Deserialize(await DocumentQueries.FindAsync(ledger, OrganizationStreamDefinition.Organizations, id, cancel), AccessJson.OrganizationDocument);

    public static async Task<PersonEntry?> FindPersonAsync(ILedger ledger, string id, CancellationToken cancel) =>
        Deserialize(await DocumentQueries.FindAsync(ledger, PersonStreamDefinition.People, id, cancel), AccessJson.PersonDocument);

    public static async Task<Device?> FindDeviceAsync(ILedger ledger, string id, CancellationToken cancel) =>
        Deserialize(await DocumentQueries.FindAsync(ledger, DeviceStreamDefinition.Devices, id, cancel), AccessJson.DeviceDocument);

    /// <summary>Whose code has a mark, used or not; null where there is none.</summary>
    public static async Task<PersonId?> FindCodeOwnerAsync(ILedger ledger, SecretHash mark, CancellationToken cancel) =>
        await DocumentQueries.FindAsync(ledger, PersonStreamDefinition.Codes, mark.Value, cancel) is { } doc ? new PersonId(doc.Trim('"')) : null;

    /// <summary>Whether somebody else than a person administers an organization.</summary>
    public static async Task<bool> HasOtherAdministratorAsync(ILedger ledger, OrganizationId organization, PersonId person, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT COUNT(*) FROM people WHERE administers = '1' AND organization_id = @organization AND person_id <> @person",
            ("@organization", organization.Value), ("@person", person.Value));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>Whether an administrator of an organization has a device that may come in.</summary>
    public static async Task<bool> HasEnrolledAdministratorAsync(ILedger ledger, OrganizationId organization, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT COUNT(*) FROM people p JOIN devices d ON d.person_id = p.person_id "
            + "WHERE p.administers = '1' AND p.organization_id = @organization AND d.standing = @enrolled",
            ("@organization", organization.Value), ("@enrolled", nameof(DeviceStatus.Enrolled)));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>How many devices a person ever enrolled.</summary>
    public static async Task<long> CountDevicesAsync(ILedger ledger, PersonId person, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand("SELECT COUNT(*) FROM devices WHERE person_id = @person", ("@person", person.Value));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel));
    }

    /// <summary>The first who administers an organization; null where nobody does.</summary>
    public static async Task<PersonId?> FindAdministratorAsync(ILedger ledger, OrganizationId organization, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT MIN(person_id) FROM people WHERE administers = '1' AND organization_id = @organization", ("@organization", organization.Value));
        return await query.ExecuteScalarAsync(cancel) is string id ? new PersonId(id) : null;
    }

    public static async Task<Wire.ListOrganizationsResponse> ListAsync(ILedger ledger, OrganizationFilter asked, CancellationToken cancel)
    {
        var docs = await DocumentQueries.ListAsync(
            ledger, OrganizationStreamDefinition.Organizations, asked.Page.After?[0], asked.Page.Size + 1, [], containsText: "", cancel);
        var response = new Wire.ListOrganizationsResponse();
        response.Organizations.AddRange(docs.Take(asked.Page.Size).Select(doc => AccessWire.ToWire(Deserialize(doc, AccessJson.OrganizationDocument)!)));
        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, response.Organizations[^1].OrganizationId);
        return response;
    }

    public static async Task<Wire.ListPeopleResponse> ListAsync(ILedger ledger, PersonFilter asked, CancellationToken cancel)
    {
        (string, string?)[] finders = [("organization_id", asked.Organization), ("ended", asked.IncludeEnded ? null : "")];
        var docs = await DocumentQueries.ListAsync(ledger, PersonStreamDefinition.People, asked.Page.After?[0], asked.Page.Size + 1, finders, containsText: "", cancel);
        var response = new Wire.ListPeopleResponse();
        response.People.AddRange(docs.Take(asked.Page.Size).Select(doc => AccessWire.ToWire(Deserialize(doc, AccessJson.PersonDocument)!)));
        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, response.People[^1].PersonId);
        return response;
    }

    /// <summary>A page of devices.</summary>
    /// <param name="ledger">Whose views.</param>
    /// <param name="asked">Which.</param>
    /// <param name="isActive">Whether a device may be used now.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Wire.ListDevicesResponse> ListAsync(
        ILedger ledger, DeviceFilter asked, Func<Device, ValueTask<bool>> isActive, CancellationToken cancel)
    {
        (string, string?)[] finders =
        [
            ("organization_id", asked.Organization), ("person_id", asked.Person), ("standing", asked.IncludeShutOut ? null : nameof(DeviceStatus.Enrolled)),
        ];
        var docs = await DocumentQueries.ListAsync(ledger, DeviceStreamDefinition.Devices, asked.Page.After?[0], asked.Page.Size + 1, finders, containsText: "", cancel);
        var response = new Wire.ListDevicesResponse();
        var last = "";
        foreach (var doc in docs.Take(asked.Page.Size))
        {
            var device = Deserialize(doc, AccessJson.DeviceDocument)!;
            last = device.Id.Value;
            var active = await isActive(device);
            if (active || asked.IncludeShutOut)
                response.Devices.Add(DeviceWire.ToWire(device, active));
        }

        if (docs.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, last);
        return response;
    }

    private static T? Deserialize<T>(string? doc, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> form)
        where T : class => doc is null ? null : JsonSerializer.Deserialize(doc, form);
}
