using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IOrganizationGrain"/>
public sealed class OrganizationGrain(ILedger ledger, IClock clock)
    : LedgerGrain<OrganizationState, OrganizationEvent>(ledger, OrganizationStreamDefinition.Instance, clock), IOrganizationGrain
{
    public Task<Result<OrganizationEntry>> AddAsync(Organization organization) =>
        RecordAsync(OrganizationRules.Add(State, organization), state => state.Entry);

    public Task<Result<OrganizationEntry>> ChangeAsync(Organization wanted, OrganizationFields which, long? seen) =>
        RecordAsync(OrganizationRules.Change(State, wanted, which, seen), state => state.Entry);
}
