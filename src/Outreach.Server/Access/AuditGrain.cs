using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IAuditGrain"/>
public sealed class AuditGrain(ILedger ledger, IClock clock) : Grain, IAuditGrain
{
    private Journal<AuditState, AuditEvent> journal = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(AuditFamily.Instance, this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public async Task RecordAsync(AuditEvent entry)
    {
        try
        {
            await journal.Append([entry], clock.GetCurrentInstant());
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}
