using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <inheritdoc cref="ISiteGrain"/>
public sealed class SiteGrain(ILedger ledger, IClock clock) : Grain, ISiteGrain
{
    private Journal<SiteState, SiteEvent> journal = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(SiteFamily.Instance, this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public Task<Outcome<SiteEntry>> AddAsync(Site site) => RecordAsync(SiteRules.Add(journal.State, site));

    public Task<Outcome<SiteEntry>> ChangeAsync(Site wanted, SiteSettings which, long? seen) =>
        RecordAsync(SiteRules.Change(journal.State, wanted, which, seen));

    private async Task<Outcome<SiteEntry>> RecordAsync(Decision<SiteEvent> decision)
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
