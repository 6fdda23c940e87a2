
namespace Outreach.Domain.Access;

/// <summary>What happened to a device. Each fact tells it whole, so that the latest one alone says what it is.</summary>
public abstract record DeviceEvent
{
    private DeviceEvent(Device device) => Device = device;

    /// <summary>The device as it is after this.</summary>
    public Device Device { get; }

    /// <summary>The device was enrolled.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Token">The refresh token that it was given.</param>
    public sealed record DeviceEnrolled(Device Device, SecretHash Token) : DeviceEvent(Device);

    /// <summary>The device was given new tokens.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Used">The refresh token that they were given for; of none where the enrolment was answered again.</param>
    /// <param name="Token">The refresh token that it was given.</param>
    /// <param name="RequestId">The request that asked for them, made by the device; empty where it made none.</param>
    public sealed record TokenRefreshed(Device Device, SecretHash Used, SecretHash Token, Guid RequestId) : DeviceEvent(Device);

    /// <summary>The device may not come in any more.</summary>
    public sealed record DeviceShutOut(Device Device) : DeviceEvent(Device);
}
