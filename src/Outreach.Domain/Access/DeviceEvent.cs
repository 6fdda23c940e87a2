
namespace Outreach.Domain.Access;

/// <summary>An event in the life of a device. Each event contains the complete device, so that the latest one alone gives its state.</summary>
public abstract record DeviceEvent
{
    private DeviceEvent(Device device) => Device = device;

    /// <summary>The device after this event.</summary>
    public Device Device { get; }

    /// <summary>The device was enrolled.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Token">The hash of the refresh token that it got.</param>
    public sealed record DeviceEnrolled(Device Device, SecretHash Token) : DeviceEvent(Device);

    /// <summary>The device got new tokens.</summary>
    /// <param name="Device">The device.</param>
    /// <param name="Used">The hash of the refresh token that was used; the default value if an enrolment was repeated.</param>
    /// <param name="Token">The hash of the refresh token that it got.</param>
    /// <param name="RequestId">The id of the request, created by the device; empty if it sent none.</param>
    public sealed record TokenRefreshed(Device Device, SecretHash Used, SecretHash Token, Guid RequestId) : DeviceEvent(Device);

    /// <summary>The device's access ended.</summary>
    public sealed record DeviceAccessEnded(Device Device) : DeviceEvent(Device);
}
