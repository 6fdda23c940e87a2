using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>A phone, a computer or a program that somebody signed in with.</summary>
/// <param name="Id">Which.</param>
/// <param name="Person">Whose.</param>
/// <param name="Organization">The person's organization.</param>
/// <param name="Label">What its owner called it, 1 to <see cref="MaxLabel"/> characters.</param>
/// <param name="Status">Whether it may come in.</param>
/// <param name="Reason">Why it may not, at most 500 characters; empty while it may.</param>
/// <param name="EnrolledAt">When it was enrolled, by the server's clock.</param>
/// <param name="RefreshedAt">When it last got new tokens, by the server's clock.</param>
/// <param name="Until">From when on it may not come in any more, whatever its standing; null for no such time.</param>
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

    /// <summary>Whether it may come in at a time.</summary>
    public bool IsActive(Instant now) => Status == DeviceStatus.Enrolled && (Until is not { } until || now < until);
}

/// <summary>Whether a device may come in.</summary>
public enum DeviceStatus
{
    /// <summary>It may.</summary>
    Enrolled = 1,

    /// <summary>Its owner signed it out.</summary>
    SignedOut = 2,

    /// <summary>Somebody shut it out.</summary>
    ShutOut = 3,

    /// <summary>A refresh token was used that had been used up.</summary>
    TokenReused = 4,
}
