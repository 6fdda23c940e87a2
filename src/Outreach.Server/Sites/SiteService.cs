using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Sites;

/// <summary>Sites over gRPC.</summary>
internal sealed class SiteService(IGrainFactory grains, ILedger ledger, OrganizationBook organizations) : Protocol.Sites.V1.SiteService.SiteServiceBase
{
    [Allow(Reach.Somewhere, Role.Administrator, Recorded = AuditKind.Act)]
    public override async Task<CreateSiteResponse> CreateSite(CreateSiteRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var site = SiteWire.Parse(request, caller.Organization);
        await organizations.RequireAsync(site.Organization, caller, context.CancellationToken);
        // What people of the first organization sent for a site that nobody had is theirs: it must not become another's.
        if (site.Organization != OrganizationId.First && await HeldView.AnyAsync(ledger, site.Id.Value, context.CancellationToken))
            throw new RefusedException(SiteRules.Taken(site.Id));
        var entry = await Answers.AskAsync(() => Keeper(site.Id).AddAsync(site));
        return new CreateSiteResponse { Site = SiteWire.Write(entry) };
    }

    [Allow(Reach.Site, Role.Administrator, Role.SiteCoordinator, Sites = ["site.site_id"], Recorded = AuditKind.Act)]
    public override async Task<UpdateSiteResponse> UpdateSite(UpdateSiteRequest request, ServerCallContext context)
    {
        var (wanted, which, seen) = SiteWire.Parse(request);
        var entry = await Answers.AskAsync(() => Keeper(wanted.Id).ChangeAsync(wanted, which, seen));
        return new UpdateSiteResponse { Site = SiteWire.Write(entry) };
    }

    [Allow(
        Reach.Site, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director, Role.Administrator, Sites = ["site_id"])]
    public override async Task<GetSiteResponse> GetSite(GetSiteRequest request, ServerCallContext context)
    {
        var id = SiteWire.Parse(request);
        var entry = await SiteView.FindAsync(ledger, id.Value, context.CancellationToken)
            ?? throw new RefusedException(SiteRules.Unknown(id));
        return new GetSiteResponse { Site = SiteWire.Write(entry) };
    }

    [Allow(Reach.Somewhere, Role.OutreachWorker, Role.SiteCoordinator, Role.Navigator, Role.IntakeStaff, Role.Director, Role.Administrator)]
    public override Task<ListSitesResponse> ListSites(ListSitesRequest request, ServerCallContext context) =>
        SiteView.ListAsync(ledger, SiteWire.Parse(request, context.Sites()), context.CancellationToken);

    private ISiteGrain Keeper(SiteId id) => grains.GetGrain<ISiteGrain>(id.Value);
}
