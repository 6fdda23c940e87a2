using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>A device, folded from its events.</summary>
/// <param name="Device">The device; null before its first event.</param>
/// <param name="CurrentToken">The hash of the last refresh token.</param>
/// <param name="CurrentTokenIssuedAt">When it was issued.</param>
/// <param name="PreviousToken">The hash of the token that <paramref name="CurrentToken"/> replaced; the default value if it is the first.</param>
/// <param name="RequestId">The id of the request that used <paramref name="PreviousToken"/>; empty if the device sent none.</param>
public sealed record DeviceState(Device? Device, SecretHash CurrentToken, Instant CurrentTokenIssuedAt, SecretHash PreviousToken, Guid RequestId)
{
    /// <summary>A device before its first event.</summary>
    public static DeviceState Empty { get; } = new(null, default, default, default, default);

    /// <summary>The state after one more event. Accepts every event.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public DeviceState Apply(DeviceEvent fact, Instant recordedAt) => fact switch
    {
        DeviceEvent.DeviceEnrolled enrolled => new(enrolled.Device, enrolled.Token, recordedAt, default, default),
        DeviceEvent.TokenRefreshed refreshed => new(refreshed.Device, refreshed.Token, recordedAt, refreshed.Used, refreshed.RequestId),
        _ => this with { Device = fact.Device },
    };
}
