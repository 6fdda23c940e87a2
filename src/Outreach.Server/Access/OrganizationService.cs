using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Organization = Outreach.Domain.Access.Organization;

namespace Outreach.Server.Access;

/// <summary>Organizations over gRPC.</summary>
internal sealed class OrganizationService(IGrainFactory grains, ILedger ledger, Audit audit) : Protocol.Access.V1.OrganizationService.OrganizationServiceBase
{
    [Allow(Reach.Installation, Recorded = AuditKind.Act)]
    public override async Task<CreateOrganizationResponse> CreateOrganization(CreateOrganizationRequest request, ServerCallContext context)
    {
        var organization = AccessWire.Parse(request);
        await CheckSourcesAsync(organization, context.CancellationToken);
        var entry = await Answers.AskAsync(() => Keeper(organization.Id).AddAsync(organization));
        return new CreateOrganizationResponse { Organization = AccessWire.Write(entry) };
    }

    [Allow(Reach.Installation, Recorded = AuditKind.Act)]
    public override async Task<UpdateOrganizationResponse> UpdateOrganization(UpdateOrganizationRequest request, ServerCallContext context)
    {
        var (wanted, which, seen) = AccessWire.Parse(request);
        await CheckSourcesAsync(wanted, context.CancellationToken);
        if (await AccessViews.OrganizationAsync(ledger, wanted.Id.Value, context.CancellationToken) is not null)
            await audit.TellAsync(context, wanted.Id, request);
        var entry = await Answers.AskAsync(() => Keeper(wanted.Id).ChangeAsync(wanted, which, seen));
        return new UpdateOrganizationResponse { Organization = AccessWire.Write(entry) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetOrganizationResponse> GetOrganization(GetOrganizationRequest request, ServerCallContext context)
    {
        var id = AccessWire.Parse(request);
        var caller = context.Caller();
        var seen = id == caller.Organization || caller.KeepsInstallation;
        var entry = seen ? await AccessViews.OrganizationAsync(ledger, id.Value, context.CancellationToken) : null;
        return new GetOrganizationResponse { Organization = AccessWire.Write(entry ?? throw new RefusedException(OrganizationRules.Unknown(id))) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<ListOrganizationsResponse> ListOrganizations(ListOrganizationsRequest request, ServerCallContext context)
    {
        var asked = AccessWire.Parse(request);
        var caller = context.Caller();
        if (caller.KeepsInstallation)
            return await AccessViews.ListAsync(ledger, asked, context.CancellationToken);
        var own = await AccessViews.OrganizationAsync(ledger, caller.Organization.Value, context.CancellationToken);
        var response = new ListOrganizationsResponse();
        if (own is not null && asked.Page.After is null)
            response.Organizations.Add(AccessWire.Write(own));
        return response;
    }

    /// <exception cref="RefusedException">It is to see figures of an organization that there is none of.</exception>
    private async Task CheckSourcesAsync(Organization wanted, CancellationToken cancel)
    {
        foreach (var source in wanted.FiguresFrom.ToArray())
        {
            if (await AccessViews.OrganizationAsync(ledger, source.Value, cancel) is null)
                throw new RefusedException(OrganizationRules.Unknown(source));
        }
    }

    private IOrganizationGrain Keeper(OrganizationId id) => grains.GetGrain<IOrganizationGrain>(id.Value);
}
