using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <inheritdoc cref="ISiteGrain"/>
public sealed class SiteGrain(ILedger ledger, IClock clock) : LedgerGrain<SiteState, SiteEvent>(ledger, SiteStreamDefinition.Instance, clock), ISiteGrain
{
    public Task<Result<SiteEntry>> AddAsync(Site site) => RecordAsync(SiteRules.Add(State, site), state => state.Entry);

    public Task<Result<SiteEntry>> ChangeAsync(Site wanted, SiteFields which, long? seen) =>
        RecordAsync(SiteRules.Change(State, wanted, which, seen), state => state.Entry);
}
