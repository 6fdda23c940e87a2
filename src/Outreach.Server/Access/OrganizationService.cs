using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Organization = Outreach.Domain.Access.Organization;

namespace Outreach.Server.Access;

/// <summary>Organizations over gRPC.</summary>
internal sealed class OrganizationService(IGrainFactory grains, ILedger ledger, AuditLog audit) : Protocol.Access.V1.OrganizationService.OrganizationServiceBase
{
    [Allow(Reach.Installation, AuditAs = AuditKind.Act)]
    public override async Task<CreateOrganizationResponse> CreateOrganization(CreateOrganizationRequest request, ServerCallContext context)
    {
        var organization = AccessWire.Parse(request);
        await CheckFigureSourcesAsync(organization, context.CancellationToken);
        var entry = await GrainCalls.CallAsync(() => GetGrain(organization.Id).AddAsync(organization));
        return new CreateOrganizationResponse { Organization = AccessWire.ToWire(entry) };
    }

    [Allow(Reach.Installation, AuditAs = AuditKind.Act)]
    public override async Task<UpdateOrganizationResponse> UpdateOrganization(UpdateOrganizationRequest request, ServerCallContext context)
    {
        var (wanted, which, seen) = AccessWire.Parse(request);
        await CheckFigureSourcesAsync(wanted, context.CancellationToken);
        if (await AccessViews.FindOrganizationAsync(ledger, wanted.Id.Value, context.CancellationToken) is not null)
            await audit.RecordForOrganizationAsync(context, wanted.Id, request);
        var entry = await GrainCalls.CallAsync(() => GetGrain(wanted.Id).ChangeAsync(wanted, which, seen));
        return new UpdateOrganizationResponse { Organization = AccessWire.ToWire(entry) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetOrganizationResponse> GetOrganization(GetOrganizationRequest request, ServerCallContext context)
    {
        var id = AccessWire.Parse(request);
        var caller = context.GetCaller();
        var seen = id == caller.Organization || caller.AdministersInstallation;
        var entry = seen ? await AccessViews.FindOrganizationAsync(ledger, id.Value, context.CancellationToken) : null;
        return new GetOrganizationResponse { Organization = AccessWire.ToWire(entry ?? throw new RefusedException(OrganizationRules.Unknown(id))) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<ListOrganizationsResponse> ListOrganizations(ListOrganizationsRequest request, ServerCallContext context)
    {
        var asked = AccessWire.Parse(request);
        var caller = context.GetCaller();
        if (caller.AdministersInstallation)
            return await AccessViews.ListAsync(ledger, asked, context.CancellationToken);
        var own = await AccessViews.FindOrganizationAsync(ledger, caller.Organization.Value, context.CancellationToken);
        var response = new ListOrganizationsResponse();
        if (own is not null && asked.Page.After is null)
            response.Organizations.Add(AccessWire.ToWire(own));
        return response;
    }

    /// <exception cref="RefusedException">It is to see figures of an organization that there is none of.</exception>
    private async Task CheckFigureSourcesAsync(Organization wanted, CancellationToken cancel)
    {
        foreach (var source in wanted.FiguresFrom.ToArray())
        {
            if (await AccessViews.FindOrganizationAsync(ledger, source.Value, cancel) is null)
                throw new RefusedException(OrganizationRules.Unknown(source));
        }
    }

    private IOrganizationGrain GetGrain(OrganizationId id) => grains.GetGrain<IOrganizationGrain>(id.Value);
}
