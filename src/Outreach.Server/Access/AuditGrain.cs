using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IAuditGrain"/>
public sealed class AuditGrain(ILedger ledger, IClock clock) : LedgerGrain<AuditState, AuditEvent>(ledger, AuditStreamDefinition.Instance, clock), IAuditGrain
{
    public Task RecordAsync(AuditEvent entry) => AppendAsync([entry]);
}
