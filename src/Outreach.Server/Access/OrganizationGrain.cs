using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IOrganizationGrain"/>
public sealed class OrganizationGrain(ILedger ledger, IClock clock)
    : LedgerGrain<OrganizationState, OrganizationEvent>(ledger, OrganizationFamily.Instance, clock), IOrganizationGrain
{
    public Task<Outcome<OrganizationEntry>> AddAsync(Organization organization) =>
        RecordAsync(OrganizationRules.Add(State, organization), state => state.Entry);

    public Task<Outcome<OrganizationEntry>> ChangeAsync(Organization wanted, OrganizationSettings which, long? seen) =>
        RecordAsync(OrganizationRules.Change(State, wanted, which, seen), state => state.Entry);
}
