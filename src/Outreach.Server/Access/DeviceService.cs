using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Device = Outreach.Domain.Access.Device;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>Devices over gRPC.</summary>
internal sealed class DeviceService(
    IGrainFactory grains, ILedger ledger, OrganizationCache organizations, PersonCache people, CallerAuthenticator callers, AuditLog audit)
    : Protocol.Access.V1.DeviceService.DeviceServiceBase
{
    [Allow(Reach.SignedIn)]
    public override async Task<ListDevicesResponse> ListDevices(ListDevicesRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var filter = DeviceWire.Parse(request, caller.Organization);
        await organizations.RequireVisibleAsync(new OrganizationId(filter.Organization), caller, context.CancellationToken);
        // Callers who may see only their own devices get an empty list for other people.
        if (!SeesAll(caller))
            filter = filter with { Person = filter.Person is null || filter.Person == caller.Person.Id.Value ? caller.Person.Id.Value : "" };
        return await AccessViews.ListAsync(ledger, filter, IsActiveAsync, context.CancellationToken);

        async ValueTask<bool> IsActiveAsync(Device device) => await callers.FindOwnerAsync(device, context.CancellationToken) is not null;
    }

    [Allow(Reach.SignedIn, AuditAs = AuditKind.Action)]
    public override async Task<ShutOutDeviceResponse> ShutOutDevice(ShutOutDeviceRequest request, ServerCallContext context)
    {
        var (id, reason) = DeviceWire.Parse(request);
        var caller = context.GetCaller();
        var existing = await AccessViews.FindDeviceAsync(ledger, id.Value, context.CancellationToken);
        if (existing is null || !await MayShutOutAsync(caller, existing, context.CancellationToken))
            throw new RefusedException(DeviceRules.Unknown(id.Value));
        await audit.RecordForOrganizationAsync(context, existing.Organization, request);
        var device = await GrainCalls.CallAsync(() => grains.GetGrain<IDeviceGrain>(id.Value).ShutOutAsync(DeviceStatus.ShutOut, reason));
        return new ShutOutDeviceResponse { Device = DeviceWire.ToWire(device) };
    }

    /// <summary>
    /// True for one's own devices and, for administrators, for those of the organization. Coordinators may also do it, because a lost
    /// phone cannot wait for an administrator, but not for devices of people who can give access.
    /// </summary>
    private async ValueTask<bool> MayShutOutAsync(Caller caller, Device device, CancellationToken cancel)
    {
        if (device.Person == caller.Person.Id || caller.AdministersInstallation)
            return true;
        if (device.Organization != caller.Organization || !SeesAll(caller))
            return false;
        return caller.Person.IsAdministrator() || await people.FindAsync(device.Person.Value, cancel) is not { } owner || !owner.IsAdministrator();
    }

    private static bool SeesAll(Caller caller) => caller.Person.HasRole(Role.Administrator) || caller.Person.HasRole(Role.SiteCoordinator);
}
