using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IDeviceGrain"/>
public sealed class DeviceGrain(ILedger ledger, IClock clock) : LedgerGrain<DeviceState, DeviceEvent>(ledger, DeviceFamily.Instance, clock), IDeviceGrain
{
    public Task<Outcome<Device>> EnrollAsync(Device device, SecretMark token)
    {
        var now = Now;
        return RecordAsync(DeviceRules.Enroll(State, device with { EnrolledAt = now, RefreshedAt = now }, token), state => state.Device);
    }

    public Task<Outcome<Device>> RefreshAsync(SecretMark used, SecretMark token, Guid requestId) =>
        RecordAsync(DeviceRules.Refresh(State, used, token, requestId, Now), state => state.Device);

    public Task<Outcome<Device>> ShutOutAsync(Standing how, string reason) =>
        RecordAsync(DeviceRules.ShutOut(State, new EnrolledId(this.GetPrimaryKeyString()), how, reason), state => state.Device);
}
