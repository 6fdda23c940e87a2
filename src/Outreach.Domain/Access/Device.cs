using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>An enrolled phone, computer or program of one person.</summary>
/// <param name="Id">The id.</param>
/// <param name="Person">The owner.</param>
/// <param name="Organization">The person's organization.</param>
/// <param name="Label">The owner's name for it, 1 to <see cref="MaxLabel"/> characters.</param>
/// <param name="Status">Whether it has access.</param>
/// <param name="Reason">Why it has no access, at most 500 characters; empty while it has access.</param>
/// <param name="EnrolledAt">When it was enrolled, by the server's clock.</param>
/// <param name="RefreshedAt">When it last got new tokens, by the server's clock.</param>
/// <param name="Until">When its access ends, exclusive, whatever its status; null if it does not end.</param>
public sealed record Device(
    EnrolledDeviceId Id,
    PersonId Person,
    OrganizationId Organization,
    string Label,
    DeviceStatus Status,
    string Reason,
    Instant EnrolledAt,
    Instant RefreshedAt,
    Instant? Until = null)
{
    public const int MaxLabel = 100;

    /// <summary>True if the device has access at a time.</summary>
    public bool IsActive(Instant now) => Status == DeviceStatus.Enrolled && (Until is not { } until || now < until);
}

/// <summary>Whether a device has access, and why not.</summary>
public enum DeviceStatus
{
    /// <summary>It has access.</summary>
    Enrolled = 1,

    /// <summary>Its owner signed it out.</summary>
    SignedOut = 2,

    /// <summary>Somebody ended its access.</summary>
    ShutOut = 3,

    /// <summary>Its access ended because a refresh token was used a second time.</summary>
    TokenReused = 4,
}
