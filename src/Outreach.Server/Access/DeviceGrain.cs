using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IDeviceGrain"/>
public sealed class DeviceGrain(ILedger ledger, IClock clock) : Grain, IDeviceGrain
{
    private Journal<DeviceState, DeviceEvent> journal = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        journal = await ledger.OpenAsync(DeviceFamily.Instance, this.GetPrimaryKeyString(), cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => journal.CloseAsync();

    public Task<Outcome<Device>> EnrollAsync(Device device, SecretMark token)
    {
        var now = clock.GetCurrentInstant();
        return RecordAsync(DeviceRules.Enroll(journal.State, device with { EnrolledAt = now, RefreshedAt = now }, token), now);
    }

    public Task<Outcome<Device>> RefreshAsync(SecretMark used, SecretMark token, Guid requestId)
    {
        var now = clock.GetCurrentInstant();
        return RecordAsync(DeviceRules.Refresh(journal.State, used, token, requestId, now), now);
    }

    public Task<Outcome<Device>> ShutOutAsync(Standing how, string reason) =>
        RecordAsync(DeviceRules.ShutOut(journal.State, new EnrolledId(this.GetPrimaryKeyString()), how, reason), clock.GetCurrentInstant());

    private async Task<Outcome<Device>> RecordAsync(Decision<DeviceEvent> decision, Instant now)
    {
        try
        {
            var durable = journal.Append(decision.Facts, now);
            var device = journal.State.Device;
            // A refusal waits too: what it is about may be on its way to the disk, and fail.
            await durable;
            return decision.Refusal is { } refusal ? refusal : device!;
        }
        finally
        {
            if (journal.Failed)
                DeactivateOnIdle();
        }
    }
}
