using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>One device as its facts have made it.</summary>
/// <param name="Device">The device; null before its first fact.</param>
/// <param name="CurrentToken">The refresh token that was given last.</param>
/// <param name="CurrentTokenIssuedAt">When.</param>
/// <param name="PreviousToken">The refresh token that <paramref name="CurrentToken"/> was given for; of none for the first.</param>
/// <param name="RequestId">The request that used <paramref name="PreviousToken"/>; empty where the device made none.</param>
public sealed record DeviceState(Device? Device, SecretHash CurrentToken, Instant CurrentTokenIssuedAt, SecretHash PreviousToken, Guid RequestId)
{
    /// <summary>A device before its first fact.</summary>
    public static DeviceState Empty { get; } = new(null, default, default, default, default);

    /// <summary>The state after one more fact. Total.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public DeviceState Apply(DeviceEvent fact, Instant recordedAt) => fact switch
    {
        DeviceEvent.DeviceEnrolled enrolled => new(enrolled.Device, enrolled.Token, recordedAt, default, default),
        DeviceEvent.TokenRefreshed refreshed => new(refreshed.Device, refreshed.Token, recordedAt, refreshed.Used, refreshed.RequestId),
        _ => this with { Device = fact.Device },
    };
}
