using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>What happened to a person's part in an organization.</summary>
public abstract record PersonEvent
{
    private PersonEvent()
    {
    }

    /// <summary>A person came to take part.</summary>
    public sealed record PersonAdded(Person Person) : PersonEvent;

    /// <summary>What the person is called or may do changed.</summary>
    /// <param name="Person">The person whole, changed or not.</param>
    /// <param name="AddedAt">When the person was added, repeated here so that this fact alone says who it is.</param>
    public sealed record PersonChanged(Person Person, Instant AddedAt) : PersonEvent;

    /// <summary>The person's part ended.</summary>
    /// <param name="Person">The person whole, ended.</param>
    /// <param name="AddedAt">When the person was added.</param>
    /// <param name="Reason">Why, 1 to 500 characters.</param>
    /// <param name="Voided">The code that is void by it; of none where there was none.</param>
    public sealed record PersonEnded(Person Person, Instant AddedAt, string Reason, SecretHash Voided) : PersonEvent;

    /// <summary>A code was made that lets the person enrol one device.</summary>
    /// <param name="CodeHash">Of the code.</param>
    /// <param name="ExpiresAt">From when on it is void.</param>
    /// <param name="Voided">The code that is void by it; of none where there was none.</param>
    /// <param name="DeviceUntil">From when on the device that it lets in may not come in any more; null for no such time.</param>
    public sealed record CodeMade(SecretHash CodeHash, Instant ExpiresAt, SecretHash Voided, Instant? DeviceUntil = null) : PersonEvent;

    /// <summary>The code was used.</summary>
    /// <param name="CodeHash">Of the code.</param>
    /// <param name="RequestId">The request that used it, made by the device: the same again is known by it.</param>
    /// <param name="Device">What the device is called from now on.</param>
    public sealed record CodeUsed(SecretHash CodeHash, Guid RequestId, EnrolledDeviceId Device) : PersonEvent;
}
