using System.Text.Json;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>The filter of a list of devices.</summary>
internal sealed record DeviceFilter(string TokenScope, PageRequest Page, string Organization, string? Person, bool IncludeShutOut);

/// <summary>Reads people and devices from the views.</summary>
internal static class AccessViews
{
    public static async Task<Device?> FindDeviceAsync(ILedger ledger, string id, CancellationToken cancel) =>
        await DocumentQueries.FindAsync(ledger, DeviceStreamDefinition.Devices, id, cancel) is { } document ? Deserialize(document) : null;

    /// <summary>The person who has or had the code with a hash; null if there is none.</summary>
    public static async Task<PersonId?> FindCodeOwnerAsync(ILedger ledger, SecretHash code, CancellationToken cancel) =>
        await DocumentQueries.FindAsync(ledger, PersonStreamDefinition.Codes, code.Value, cancel) is { } doc ? new PersonId(doc.Trim('"')) : null;

    /// <summary>True if an organization has an administrator besides this person.</summary>
    public static async Task<bool> HasOtherAdministratorAsync(ILedger ledger, OrganizationId organization, PersonId person, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT COUNT(*) FROM people WHERE administers = '1' AND organization_id = @organization AND person_id <> @person",
            ("@organization", organization.Value), ("@person", person.Value));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>True if an administrator of an organization has an enrolled device.</summary>
    public static async Task<bool> HasEnrolledAdministratorAsync(ILedger ledger, OrganizationId organization, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT COUNT(*) FROM people p JOIN devices d ON d.person_id = p.person_id "
            + "WHERE p.administers = '1' AND p.organization_id = @organization AND d.standing = @enrolled",
            ("@organization", organization.Value), ("@enrolled", nameof(DeviceStatus.Enrolled)));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel)) > 0;
    }

    /// <summary>The number of devices that a person has ever enrolled.</summary>
    public static async Task<long> CountDevicesAsync(ILedger ledger, PersonId person, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand("SELECT COUNT(*) FROM devices WHERE person_id = @person", ("@person", person.Value));
        return Convert.ToInt64(await query.ExecuteScalarAsync(cancel));
    }

    /// <summary>The administrator of an organization with the lowest id; null if there is none.</summary>
    public static async Task<PersonId?> FindAdministratorAsync(ILedger ledger, OrganizationId organization, CancellationToken cancel)
    {
        await using var views = await ledger.OpenViewsAsync(cancel);
        await using var query = views.CreateCommand(
            "SELECT MIN(person_id) FROM people WHERE administers = '1' AND organization_id = @organization", ("@organization", organization.Value));
        return await query.ExecuteScalarAsync(cancel) is string id ? new PersonId(id) : null;
    }

    /// <summary>A page of devices.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="isActive">Returns true if a device has access now.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<Wire.ListDevicesResponse> ListAsync(
        ILedger ledger, DeviceFilter filter, Func<Device, ValueTask<bool>> isActive, CancellationToken cancel)
    {
        (string, string?)[] columns =
        [
            ("organization_id", filter.Organization), ("person_id", filter.Person), ("standing", filter.IncludeShutOut ? null : nameof(DeviceStatus.Enrolled)),
        ];
        var docs = await DocumentQueries.ListAsync(ledger, DeviceStreamDefinition.Devices, filter.Page.After?[0], filter.Page.Size + 1, columns, cancel);
        var response = new Wire.ListDevicesResponse();
        var last = "";
        foreach (var doc in docs.Take(filter.Page.Size))
        {
            var device = Deserialize(doc);
            last = device.Id.Value;
            var active = await isActive(device);
            if (active || filter.IncludeShutOut)
                response.Devices.Add(DeviceWire.ToWire(device, active));
        }

        if (docs.Count > filter.Page.Size)
            response.NextPageToken = Paging.CreateToken(filter.TokenScope, last);
        return response;
    }

    private static Device Deserialize(string document) => JsonSerializer.Deserialize(document, AccessJson.DeviceDocument)!;
}
