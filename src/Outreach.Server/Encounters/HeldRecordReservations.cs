using Outreach.Domain.Sites;
using Outreach.Server.Ledger;
using Outreach.Server.Sites;

namespace Outreach.Server.Encounters;

/// <summary>Reserves site ids for which records are or were held.</summary>
internal sealed class HeldRecordReservations(ILedger ledger) : ISiteIdReservations
{
    public Task<bool> IsReservedAsync(SiteId id, CancellationToken cancel) => HeldEncounterQueries.AnyAsync(ledger, id.Value, cancel);
}
