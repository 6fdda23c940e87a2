using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>Devices over gRPC.</summary>
internal sealed class DeviceService(IGrainFactory grains, ILedger ledger, OrganizationBook organizations) : Protocol.Access.V1.DeviceService.DeviceServiceBase
{
    [Allow(Reach.SignedIn)]
    public override async Task<ListDevicesResponse> ListDevices(ListDevicesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = AccessWire.Parse(request, caller.Organization);
        await organizations.RequireAsync(new OrganizationId(asked.Organization), caller, context.CancellationToken);
        // Whoever sees only their own sees nothing of what is somebody else's, as if there were none.
        if (!SeesAll(caller))
            asked = asked with { Person = asked.Person is null || asked.Person == caller.Person.Id.Value ? caller.Person.Id.Value : "" };
        return await AccessViews.ListAsync(ledger, asked, context.CancellationToken);
    }

    [Allow(Reach.SignedIn, Recorded = AuditKind.Act)]
    public override async Task<ShutOutDeviceResponse> ShutOutDevice(ShutOutDeviceRequest request, ServerCallContext context)
    {
        var (id, reason) = AccessWire.Parse(request);
        var caller = context.Caller();
        var there = await AccessViews.DeviceAsync(ledger, id.Value, context.CancellationToken);
        var may = there is not null
            && (there.Person == caller.Person.Id || caller.KeepsInstallation || (there.Organization == caller.Organization && SeesAll(caller)));
        if (!may)
            throw new RefusedException(DeviceRules.Unknown(id.Value));
        var device = await Answers.AskAsync(() => grains.GetGrain<IDeviceGrain>(id.Value).ShutOutAsync(Standing.ShutOut, reason));
        return new ShutOutDeviceResponse { Device = AccessWire.Write(device) };
    }

    private static bool SeesAll(Caller caller) => caller.Person.Holds(Role.Administrator) || caller.Person.Holds(Role.SiteCoordinator);
}
