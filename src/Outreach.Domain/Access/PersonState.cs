using NodaTime;

namespace Outreach.Domain.Access;

/// <summary>A person and the history of it in short.</summary>
/// <param name="Person">The person as of now.</param>
/// <param name="Version">The place in the person's stream of the fact that made it so: who saw it saw this state.</param>
/// <param name="AddedAt">When the person was added, by the server's clock.</param>
/// <param name="ChangedAt">When the person was last added, changed or ended, by the server's clock.</param>
public sealed record PersonEntry(Person Person, long Version, Instant AddedAt, Instant ChangedAt)
{
    /// <summary>The entry that a fact makes by itself; null for a fact that changes nothing of it.</summary>
    public static PersonEntry? From(PersonEvent fact, long version, Instant recordedAt) => fact switch
    {
        PersonEvent.PersonAdded added => new(added.Person, version, recordedAt, recordedAt),
        PersonEvent.PersonChanged changed => new(changed.Person, version, changed.AddedAt, recordedAt),
        PersonEvent.PersonEnded ended => new(ended.Person, version, ended.AddedAt, recordedAt),
        _ => null,
    };
}

/// <summary>A code that can be used.</summary>
/// <param name="CodeHash">Of the code.</param>
/// <param name="ExpiresAt">From when on it is void.</param>
/// <param name="DeviceUntil">From when on the device that it lets in may not come in any more; null for no such time.</param>
public sealed record OpenCode(SecretHash CodeHash, Instant ExpiresAt, Instant? DeviceUntil = null);

/// <summary>The last code that was used.</summary>
/// <param name="CodeHash">Of the code.</param>
/// <param name="RequestId">The request that used it.</param>
/// <param name="Device">The device that it let in.</param>
/// <param name="At">When.</param>
/// <param name="DeviceUntil">From when on the device may not come in any more; null for no such time.</param>
public sealed record SpentCode(SecretHash CodeHash, Guid RequestId, EnrolledDeviceId Device, Instant At, Instant? DeviceUntil = null);

/// <summary>One person as the facts have it.</summary>
/// <param name="Entry">The person; null before the first fact.</param>
/// <param name="AddedAs">The person as first added: the same request again is known by it; null before the first fact.</param>
/// <param name="Open">The code that can be used; null where there is none.</param>
/// <param name="Spent">The last code that was used; null where there is none.</param>
public sealed record PersonState(PersonEntry? Entry, Person? AddedAs, OpenCode? Open, SpentCode? Spent)
{
    /// <summary>A person before the first fact.</summary>
    public static PersonState Empty { get; } = new(null, null, null, null);

    /// <summary>The state after one more fact. Total.</summary>
    /// <param name="fact">What happened.</param>
    /// <param name="version">The fact's place in the stream.</param>
    /// <param name="recordedAt">When it was recorded.</param>
    public PersonState Apply(PersonEvent fact, long version, Instant recordedAt)
    {
        var entry = PersonEntry.From(fact, version, recordedAt) ?? Entry;
        return new PersonState(entry, AddedAs ?? entry?.Person, OpenAfter(fact), SpentAfter(fact, recordedAt));
    }

    private OpenCode? OpenAfter(PersonEvent fact) => fact switch
    {
        PersonEvent.CodeMade made => new OpenCode(made.CodeHash, made.ExpiresAt, made.DeviceUntil),
        PersonEvent.CodeUsed or PersonEvent.PersonEnded => null,
        _ => Open,
    };

    private SpentCode? SpentAfter(PersonEvent fact, Instant recordedAt) =>
        fact is PersonEvent.CodeUsed used ? new SpentCode(used.CodeHash, used.RequestId, used.Device, recordedAt, Open?.DeviceUntil) : Spent;
}
