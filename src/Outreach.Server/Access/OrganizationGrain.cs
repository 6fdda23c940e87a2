using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IOrganizationGrain"/>
public sealed class OrganizationGrain(ILedger ledger, IClock clock) : Grain, IOrganizationGrain
{
    private Journal<OrganizationState, OrganizationEvent> journal = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(OrganizationFamily.Instance, this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public Task<Outcome<OrganizationEntry>> AddAsync(Organization organization) =>
        RecordAsync(OrganizationRules.Add(journal.State, organization));

    public Task<Outcome<OrganizationEntry>> ChangeAsync(Organization wanted, OrganizationSettings which, long? seen) =>
        RecordAsync(OrganizationRules.Change(journal.State, wanted, which, seen));

    private async Task<Outcome<OrganizationEntry>> RecordAsync(Decision<OrganizationEvent> decision)
    {
        try
        {
            var durable = journal.Append(decision.Facts, clock.GetCurrentInstant());
            var entry = journal.State.Entry;
            // A refusal waits too: what it is about may be on its way to the disk, and fail.
            await durable;
            return decision.Refusal is { } refusal ? refusal : entry!;
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}
