using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>A code that can be used.</summary>
/// <param name="CodeHash">The hash of the code.</param>
/// <param name="ExpiresAt">When it expires.</param>
/// <param name="DeviceUntil">When the access of the enrolled device ends; null if it does not.</param>
public sealed record UsableEnrollmentCode(SecretHash CodeHash, Instant ExpiresAt, Instant? DeviceUntil = null);

/// <summary>The last code that was used.</summary>
/// <param name="CodeHash">The hash of the code.</param>
/// <param name="RequestId">The request that used it.</param>
/// <param name="Device">The device that it enrolled.</param>
/// <param name="At">When it was used.</param>
/// <param name="DeviceUntil">When the access of the device ends; null if it does not.</param>
public sealed record UsedEnrollmentCode(SecretHash CodeHash, Guid RequestId, EnrolledDeviceId Device, Instant At, Instant? DeviceUntil = null);

/// <summary>A person, folded from events.</summary>
/// <param name="Current">The person's settings now; null before the first event.</param>
/// <param name="AddedAs">The settings as first added; null before the first event.</param>
/// <param name="Open">The code that can be used; null if there is none.</param>
/// <param name="Spent">The last code that was used; null if there is none.</param>
public sealed record PersonState(Versioned<Person>? Current = null, Person? AddedAs = null, UsableEnrollmentCode? Open = null, UsedEnrollmentCode? Spent = null)
    : SettingsState<Person>(Current, AddedAs)
{
    /// <summary>The state after one more event. Accepts every event.</summary>
    /// <param name="fact">The event.</param>
    /// <param name="version">The event's position in the stream.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public PersonState Apply(PersonEvent fact, long version, Instant recordedAt)
    {
        var (current, addedAs) = base.Apply(fact, version, recordedAt);
        return new PersonState(current, addedAs, OpenAfter(fact), SpentAfter(fact, recordedAt));
    }

    private UsableEnrollmentCode? OpenAfter(PersonEvent fact) => fact switch
    {
        PersonEvent.EnrollmentCodeCreated made => new UsableEnrollmentCode(made.CodeHash, made.ExpiresAt, made.DeviceUntil),
        PersonEvent.EnrollmentCodeUsed or PersonEvent.PersonEnded => null,
        _ => Open,
    };

    private UsedEnrollmentCode? SpentAfter(PersonEvent fact, Instant recordedAt) =>
        fact is PersonEvent.EnrollmentCodeUsed used ? new UsedEnrollmentCode(used.CodeHash, used.RequestId, used.Device, recordedAt, Open?.DeviceUntil) : Spent;
}
