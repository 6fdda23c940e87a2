using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Access;

/// <summary>How a device comes in, stays in and leaves.</summary>
/// <remarks>
/// A refresh token is good for once. When one that was used up comes again there are two of it, and nobody can tell which
/// of them is the owner's: the device is shut out. But on a bad line an answer is lost every day, and a phone that is shut out
/// for it could not log encounters until somebody made it a code. So each request carries an id that the device made before
/// its first attempt and keeps until it is answered: the token before the current one is taken again from the very request that
/// used it, while its successor was never used, and the successor is void then. A copy of a token alone is of no use for that;
/// and should a thief have taken the id too, one of both uses a void token next, which ends it.
/// </remarks>
public static class DeviceRules
{
    /// <summary>How long a refresh token is good for.</summary>
    public static readonly Duration TokenLifetime = Duration.FromDays(90);

    /// <summary>
    /// Enrols the device. Where it is enrolled and has not refreshed yet, the first answer was lost: it is given other tokens.
    /// </summary>
    /// <returns>Refused: <c>CODE_WRONG</c>, its first tokens were used.</returns>
    public static Decision<DeviceEvent> Enroll(DeviceState state, Device device, SecretHash token)
    {
        if (state.Device is not { } there)
            return new DeviceEvent.DeviceEnrolled(device, token);
        return there.Status == DeviceStatus.Enrolled && state.PreviousToken == default
            ? new DeviceEvent.TokenRefreshed(there, default, token, Guid.Empty)
            : PersonRules.CodeWrong();
    }

    /// <summary>
    /// Gives new tokens for a refresh token that the server made for this device. One that was used up shuts the device out: then
    /// the fact is recorded, and the answer is a refusal all the same.
    /// </summary>
    /// <param name="state">The device.</param>
    /// <param name="used">The refresh token.</param>
    /// <param name="token">The next one.</param>
    /// <param name="requestId">The request, made by the device; empty where it made none.</param>
    /// <param name="now">The time.</param>
    /// <returns>Refused: <c>SESSION_ENDED</c>.</returns>
    public static Decision<DeviceEvent> Refresh(DeviceState state, SecretHash used, SecretHash token, Guid requestId, Instant now)
    {
        if (state.Device is not { } device || !device.IsActive(now))
            return SessionEnded();
        var again = used == state.PreviousToken && requestId != Guid.Empty && requestId == state.RequestId;
        if (again || used == state.CurrentToken)
        {
            return now - state.CurrentTokenIssuedAt > TokenLifetime
                ? SessionEnded()
                : new DeviceEvent.TokenRefreshed(device with { RefreshedAt = now }, used, token, requestId);
        }

        return new Decision<DeviceEvent>(
            [new DeviceEvent.DeviceShutOut(device with { Status = DeviceStatus.TokenReused, Reason = "A refresh token was used that had been used up." })],
            SessionEnded());
    }

    /// <summary>Shuts the device out. Nothing to record where it is out.</summary>
    /// <param name="state">The device.</param>
    /// <param name="id">Which.</param>
    /// <param name="how">How it is out from now on.</param>
    /// <param name="reason">Why, at most 500 characters.</param>
    /// <returns>Refused: <c>DEVICE_UNKNOWN</c>.</returns>
    public static Decision<DeviceEvent> ShutOut(DeviceState state, EnrolledDeviceId id, DeviceStatus how, string reason)
    {
        if (state.Device is not { } device)
            return Unknown(id.Value);
        return device.Status == DeviceStatus.Enrolled
            ? new DeviceEvent.DeviceShutOut(device with { Status = how, Reason = reason })
            : new Decision<DeviceEvent>([]);
    }

    /// <summary>The refusal <c>DEVICE_UNKNOWN</c>.</summary>
    public static Refusal Unknown(string id) => Refusal.NotFound("DEVICE_UNKNOWN", $"There is no device '{id}'.");

    /// <summary>The refusal <c>SESSION_ENDED</c>.</summary>
    public static Refusal SessionEnded() => Refusal.Unauthenticated("SESSION_ENDED", "This device is not signed in any more. Enrol it again with a new code.");
}
