using Grpc.Core;
using Outreach.Domain.Sites;
using Outreach.Protocol.Sites.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Sites;

/// <summary>Sites over gRPC.</summary>
public sealed class SiteService(IGrainFactory grains, ILedger ledger) : Protocol.Sites.V1.SiteService.SiteServiceBase
{
    public override async Task<CreateSiteResponse> CreateSite(CreateSiteRequest request, ServerCallContext context)
    {
        var site = SiteWire.Parse(request);
        var entry = await Answers.AskAsync(() => Keeper(site.Id).AddAsync(site));
        return new CreateSiteResponse { Site = SiteWire.Write(entry) };
    }

    public override async Task<UpdateSiteResponse> UpdateSite(UpdateSiteRequest request, ServerCallContext context)
    {
        var (wanted, which, seen) = SiteWire.Parse(request);
        var entry = await Answers.AskAsync(() => Keeper(wanted.Id).ChangeAsync(wanted, which, seen));
        return new UpdateSiteResponse { Site = SiteWire.Write(entry) };
    }

    public override async Task<GetSiteResponse> GetSite(GetSiteRequest request, ServerCallContext context)
    {
        var id = SiteWire.Parse(request);
        var entry = await SiteView.FindAsync(ledger, id.Value, context.CancellationToken)
            ?? throw new RefusedException(SiteRules.Unknown(id));
        return new GetSiteResponse { Site = SiteWire.Write(entry) };
    }

    public override Task<ListSitesResponse> ListSites(ListSitesRequest request, ServerCallContext context) =>
        SiteView.ListAsync(ledger, SiteWire.Parse(request), context.CancellationToken);

    private ISiteGrain Keeper(SiteId id) => grains.GetGrain<ISiteGrain>(id.Value);
}
