using Orleans.Concurrency;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Access;

/// <summary>The single writer of one device's events; its key is the device's id. It returns when everything is durable.</summary>
[Alias("outreach.device")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="DeviceRules.Enroll"/>
    [Alias("enroll"), AlwaysInterleave]
    Task<Result<Device>> EnrollAsync(Device device, SecretHash token);

    /// <inheritdoc cref="DeviceRules.Refresh"/>
    [Alias("refresh"), AlwaysInterleave]
    Task<Result<Device>> RefreshAsync(SecretHash used, SecretHash token, Guid requestId);

    /// <inheritdoc cref="DeviceRules.ShutOut"/>
    [Alias("shut-out"), AlwaysInterleave]
    Task<Result<Device>> ShutOutAsync(DeviceStatus status, string reason);
}
