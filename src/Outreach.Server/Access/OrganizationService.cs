using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Organization = Outreach.Domain.Access.Organization;

namespace Outreach.Server.Access;

/// <summary>Organizations over gRPC.</summary>
internal sealed class OrganizationService(IGrainFactory grains, ILedger ledger, AuditLog audit) : Protocol.Access.V1.OrganizationService.OrganizationServiceBase
{
    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<CreateOrganizationResponse> CreateOrganization(CreateOrganizationRequest request, ServerCallContext context)
    {
        var organization = OrganizationWire.Parse(request);
        await CheckFigureSourcesAsync(organization, context.CancellationToken);
        var added = await GrainCalls.CallAsync(() => GetGrain(organization.Id).AddAsync(organization));
        return new CreateOrganizationResponse { Organization = OrganizationWire.ToWire(added) };
    }

    [Allow(Reach.Installation, AuditAs = AuditKind.Action)]
    public override async Task<UpdateOrganizationResponse> UpdateOrganization(UpdateOrganizationRequest request, ServerCallContext context)
    {
        var update = OrganizationWire.Parse(request);
        var id = update.Value.Id;
        await CheckFigureSourcesAsync(update.Value, context.CancellationToken);
        if (await FindAsync(id, context.CancellationToken) is not null)
            await audit.RecordForOrganizationAsync(context, id, request);
        var changed = await GrainCalls.CallAsync(() => GetGrain(id).ChangeAsync(update));
        return new UpdateOrganizationResponse { Organization = OrganizationWire.ToWire(changed) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetOrganizationResponse> GetOrganization(GetOrganizationRequest request, ServerCallContext context)
    {
        var id = OrganizationWire.Parse(request);
        var caller = context.GetCaller();
        var visible = id == caller.Organization || caller.AdministersInstallation;
        var organization = (visible ? await FindAsync(id, context.CancellationToken) : null) ?? throw new RefusedException(OrganizationRules.Unknown(id));
        return new GetOrganizationResponse { Organization = OrganizationWire.ToWire(organization) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<ListOrganizationsResponse> ListOrganizations(ListOrganizationsRequest request, ServerCallContext context)
    {
        var filter = OrganizationWire.Parse(request);
        var caller = context.GetCaller();
        if (!caller.AdministersInstallation)
            filter = filter with { Ids = new HashSet<string> { caller.Organization.Value } };
        return OrganizationWire.ToWire(await OrganizationStreamDefinition.Organizations.ListAsync(ledger, filter, context.CancellationToken));
    }

    /// <exception cref="RefusedException">It names an organization that does not exist.</exception>
    private async Task CheckFigureSourcesAsync(Organization organization, CancellationToken cancel)
    {
        foreach (var source in organization.FiguresFrom.ToArray())
        {
            if (await FindAsync(source, cancel) is null)
                throw new RefusedException(OrganizationRules.Unknown(source));
        }
    }

    private Task<Versioned<Organization>?> FindAsync(OrganizationId id, CancellationToken cancel) =>
        OrganizationStreamDefinition.Organizations.FindAsync(ledger, id.Value, cancel);

    private IOrganizationGrain GetGrain(OrganizationId id) => grains.GetGrain<IOrganizationGrain>(id.Value);
}
