using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Sites;

/// <summary>Sites over gRPC.</summary>
internal sealed class SiteService(IGrainFactory grains, ILedger ledger, OrganizationCache organizations, ISiteIdReservations reservations)
    : Protocol.Sites.V1.SiteService.SiteServiceBase
{
    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Action)]
    public override async Task<CreateSiteResponse> CreateSite(CreateSiteRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var site = SiteWire.Parse(request, caller.Organization);
        await organizations.RequireVisibleAsync(site.Organization, caller, context.CancellationToken);
        if (site.Organization != OrganizationId.First && await reservations.IsReservedAsync(site.Id, context.CancellationToken))
            throw new RefusedException(SiteRules.AlreadyExists(site.Id));
        var added = await GrainCalls.CallAsync(() => GetGrain(site.Id).AddAsync(site));
        return new CreateSiteResponse { Site = SiteWire.ToWire(added) };
    }

    [Allow(Reach.Site, Role.Administrator, Role.SiteCoordinator, SitePaths = ["site.site_id"], AuditAs = AuditKind.Action)]
    public override async Task<UpdateSiteResponse> UpdateSite(UpdateSiteRequest request, ServerCallContext context)
    {
        var update = SiteWire.Parse(request);
        var changed = await GrainCalls.CallAsync(() => GetGrain(update.Value.Id).ChangeAsync(update));
        return new UpdateSiteResponse { Site = SiteWire.ToWire(changed) };
    }

    [Allow(
        Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director, Role.Administrator, SitePaths = ["site_id"])]
    public override async Task<GetSiteResponse> GetSite(GetSiteRequest request, ServerCallContext context)
    {
        var id = SiteWire.Parse(request);
        var site = await SiteStreamDefinition.Sites.FindAsync(ledger, id.Value, context.CancellationToken)
            ?? throw new RefusedException(SiteRules.Unknown(id));
        return new GetSiteResponse { Site = SiteWire.ToWire(site) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director, Role.Administrator)]
    public override async Task<ListSitesResponse> ListSites(ListSitesRequest request, ServerCallContext context)
    {
        var filter = SiteWire.Parse(request, context.GetSiteScope());
        return SiteWire.ToWire(await SiteStreamDefinition.Sites.ListAsync(ledger, filter, context.CancellationToken));
    }

    private ISiteGrain GetGrain(SiteId id) => grains.GetGrain<ISiteGrain>(id.Value);
}
