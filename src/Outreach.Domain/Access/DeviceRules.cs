using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Access;

/// <summary>The rules for enrolling a device, refreshing its tokens and ending its access.</summary>
/// <remarks>
/// A refresh token can be used once. If a used token comes again, there are two copies of it and the server cannot know
/// which one is the owner's: the device's access ends. But on a bad connection responses are lost every day, and a phone
/// without access could not log encounters until somebody created a code for it. So each request has an id that the device
/// creates before its first attempt and uses until it gets a response. The previous token is accepted again from the same
/// request, as long as the current token was never used; the current token then becomes invalid. A stolen copy of the
/// token alone is not enough for that, and if the request id was stolen too, one of the two parties uses an invalid
/// token next, which ends the device's access.
/// </remarks>
public static class DeviceRules
{
    /// <summary>How long a refresh token is valid.</summary>
    public static readonly Duration TokenLifetime = Duration.FromDays(90);

    /// <summary>
    /// Enrols the device. If it is enrolled and has not refreshed its tokens yet, the first response was lost, and it gets new tokens.
    /// </summary>
    /// <returns>Refused: <c>CODE_WRONG</c> if its first tokens were already used.</returns>
    public static Decision<DeviceEvent> Enroll(DeviceState state, Device device, SecretHash token)
    {
        if (state.Device is not { } existing)
            return new DeviceEvent.DeviceEnrolled(device, token);
        return existing.Status == DeviceStatus.Enrolled && state.PreviousToken == default
            ? new DeviceEvent.TokenRefreshed(existing, default, token, Guid.Empty)
            : PersonRules.CodeWrong();
    }

    /// <summary>
    /// Issues new tokens for a refresh token that the server issued to this device. A token that was already used ends the
    /// device's access: the decision then has both an event and a refusal.
    /// </summary>
    /// <param name="state">The device.</param>
    /// <param name="used">The hash of the refresh token.</param>
    /// <param name="token">The hash of the next refresh token.</param>
    /// <param name="requestId">The id of the request, created by the device; empty if it sent none.</param>
    /// <param name="now">The time.</param>
    /// <returns>Refused: <c>SESSION_ENDED</c>.</returns>
    public static Decision<DeviceEvent> Refresh(DeviceState state, SecretHash used, SecretHash token, Guid requestId, Instant now)
    {
        if (state.Device is not { } device || !device.IsActive(now))
            return SessionEnded();
        var isRepeat = used == state.PreviousToken && requestId != Guid.Empty && requestId == state.RequestId;
        if (isRepeat || used == state.CurrentToken)
        {
            return now - state.CurrentTokenIssuedAt > TokenLifetime
                ? SessionEnded()
                : new DeviceEvent.TokenRefreshed(device with { RefreshedAt = now }, used, token, requestId);
        }

        return new Decision<DeviceEvent>(
            [new DeviceEvent.DeviceAccessEnded(device with { Status = DeviceStatus.TokenReused, Reason = "A refresh token was used twice." })],
            SessionEnded());
    }

    /// <summary>Ends the device's access. Records nothing if it has ended already.</summary>
    /// <param name="state">The device.</param>
    /// <param name="id">The device's id.</param>
    /// <param name="status">Its status from now on.</param>
    /// <param name="reason">Why, at most 500 characters.</param>
    /// <returns>Refused: <c>DEVICE_UNKNOWN</c>.</returns>
    public static Decision<DeviceEvent> ShutOut(DeviceState state, EnrolledDeviceId id, DeviceStatus status, string reason)
    {
        if (state.Device is not { } device)
            return Unknown(id.Value);
        return device.Status == DeviceStatus.Enrolled
            ? new DeviceEvent.DeviceAccessEnded(device with { Status = status, Reason = reason })
            : new Decision<DeviceEvent>([]);
    }

    /// <summary>The refusal <c>DEVICE_UNKNOWN</c>.</summary>
    public static Refusal Unknown(string id) => Refusal.NotFound("DEVICE_UNKNOWN", $"There is no device '{id}'.");

    /// <summary>The refusal <c>SESSION_ENDED</c>.</summary>
    public static Refusal SessionEnded() => Refusal.Unauthenticated("SESSION_ENDED", "This device is no longer signed in. Sign in again with a new code.");
}
