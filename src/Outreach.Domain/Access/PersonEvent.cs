using NodaTime;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>An event about a person's account and enrollment codes.</summary>
public abstract record PersonEvent : ISettingsEvent<Person>
{
    private PersonEvent()
    {
    }

    public Versioned<Person>? ToVersioned(long version, Instant recordedAt) => this switch
    {
        PersonAdded added => new(added.Person, version, recordedAt, recordedAt),
        PersonChanged changed => new(changed.Person, version, changed.AddedAt, recordedAt),
        PersonEnded ended => new(ended.Person, version, ended.AddedAt, recordedAt),
        _ => null,
    };

    /// <summary>A person was added.</summary>
    public sealed record PersonAdded(Person Person) : PersonEvent;

    /// <summary>A person's label or grants changed.</summary>
    /// <param name="Person">The person with all settings, changed or not.</param>
    /// <param name="AddedAt">When the person was added.</param>
    public sealed record PersonChanged(Person Person, Instant AddedAt) : PersonEvent;

    /// <summary>A person left the organization.</summary>
    /// <param name="Person">The person, ended.</param>
    /// <param name="AddedAt">When the person was added.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Voided">The code that cannot be used any more; the default value if there was none.</param>
    public sealed record PersonEnded(Person Person, Instant AddedAt, string Reason, SecretHash Voided) : PersonEvent;

    /// <summary>A code was created with which the person can enrol one device.</summary>
    /// <param name="CodeHash">The hash of the code.</param>
    /// <param name="ExpiresAt">When it expires.</param>
    /// <param name="Voided">The earlier code that it replaces; the default value if there was none.</param>
    /// <param name="DeviceUntil">When the access of the enrolled device ends; null if it does not.</param>
    public sealed record EnrollmentCodeCreated(SecretHash CodeHash, Instant ExpiresAt, SecretHash Voided, Instant? DeviceUntil = null) : PersonEvent;

    /// <summary>The code was used.</summary>
    /// <param name="CodeHash">The hash of the code.</param>
    /// <param name="RequestId">The request that used it, created by the device; it identifies a retry.</param>
    /// <param name="Device">The id that the device got.</param>
    public sealed record EnrollmentCodeUsed(SecretHash CodeHash, Guid RequestId, EnrolledDeviceId Device) : PersonEvent;
}
