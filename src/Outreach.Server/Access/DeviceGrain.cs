using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <inheritdoc cref="IDeviceGrain"/>
public sealed class DeviceGrain(ILedger ledger, IClock clock) : LedgerGrain<DeviceState, DeviceEvent>(ledger, DeviceStreamDefinition.Instance, clock), IDeviceGrain
{
    public Task<Result<Device>> EnrollAsync(Device device, SecretHash token)
    {
        var now = Now;
        return RecordAsync(DeviceRules.Enroll(State, device with { EnrolledAt = now, RefreshedAt = now }, token), state => state.Device);
    }

    public Task<Result<Device>> RefreshAsync(SecretHash used, SecretHash token, Guid requestId) =>
        RecordAsync(DeviceRules.Refresh(State, used, token, requestId, Now), state => state.Device);

    public Task<Result<Device>> ShutOutAsync(DeviceStatus status, string reason) =>
        RecordAsync(DeviceRules.ShutOut(State, new EnrolledDeviceId(this.GetPrimaryKeyString()), status, reason), state => state.Device);
}
