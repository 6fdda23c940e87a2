using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Access;

/// <summary>The rules for a person's settings and enrollment codes. A repeated request adds nothing.</summary>
public static class PersonRules
{
    /// <summary>The code of the refusal to create a code that was already used.</summary>
    public const string CodeSpent = "CODE_SPENT";

    /// <summary>How long the request that used a code may be repeated, in case its response was lost.</summary>
    public static readonly Duration RetryWindow = Duration.FromMinutes(10);

    /// <summary>The shortest and the longest time for which a code can be valid, both inclusive.</summary>
    public static readonly Duration MinCodeLifetime = Duration.FromMinutes(1), MaxCodeLifetime = Duration.FromDays(7);

    private static readonly SettingsRules<Person, PersonEvent> Settings = new("Person");

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Add"/>
    public static Decision<PersonEvent> Add(PersonState state, Person person) =>
        Settings.Add(state, person, added => new PersonEvent.PersonAdded(added));

    /// <summary>Changes a person's settings. Records nothing if they are like this already.</summary>
    /// <param name="state">The person.</param>
    /// <param name="id">The person's id.</param>
    /// <param name="change">Makes the new settings from the current ones.</param>
    /// <param name="expectedVersion">The version that the caller read; null to change whatever is current.</param>
    /// <param name="othersAdminister">True if somebody else can give people access.</param>
    /// <returns>Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>PERSON_ENDED</c>; <c>LAST_ADMINISTRATOR</c>.</returns>
    public static Decision<PersonEvent> Change(PersonState state, PersonId id, Func<Person, Person> change, long? expectedVersion, bool othersAdminister) =>
        Settings.Change(
            state,
            id.Value,
            change,
            expectedVersion,
            (changed, addedAt) => new PersonEvent.PersonChanged(changed, addedAt),
            (current, changed) => CheckNotEnded(current) ?? CheckAdministrators(current, changed, othersAdminister));

    /// <summary>Ends a person's access. Records nothing if it has ended already.</summary>
    /// <param name="state">The person.</param>
    /// <param name="id">The person's id.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="expectedVersion">The version that the caller read; null to end whatever is current.</param>
    /// <param name="othersAdminister">True if somebody else can give people access.</param>
    /// <returns>Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>LAST_ADMINISTRATOR</c>.</returns>
    public static Decision<PersonEvent> End(PersonState state, PersonId id, string reason, long? expectedVersion, bool othersAdminister) => Settings.Change(
        state,
        id.Value,
        person => person with { Ended = true },
        expectedVersion,
        (ended, addedAt) => new PersonEvent.PersonEnded(ended, addedAt, reason, state.Open?.CodeHash ?? default),
        (current, ended) => CheckAdministrators(current, ended, othersAdminister));

    /// <summary>Creates a code with which the person can enrol one device. It replaces an earlier code.</summary>
    /// <param name="state">The person.</param>
    /// <param name="id">The person's id.</param>
    /// <param name="code">The code. For a person from another identity provider it must have <see cref="UsableEnrollmentCode.DeviceUntil"/>.</param>
    /// <returns>
    /// Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>PERSON_ENDED</c>; <c>PERSON_ELSEWHERE</c>; <c>CODE_SPENT</c>, if it is the last code
    /// that was used.
    /// </returns>
    public static Decision<PersonEvent> MakeCode(PersonState state, PersonId id, UsableEnrollmentCode code)
    {
        if (state.Current is not { } current)
            return Unknown(id);
        if (CheckNotEnded(current.Value) is { } ended)
            return ended;
        if (id.IsExternal() && code.DeviceUntil is null)
            return Refusal.FailedPrecondition("PERSON_ELSEWHERE", $"Person '{id}' can sign in only with another identity provider.");
        if (state.Spent?.CodeHash == code.CodeHash)
            return Refusal.FailedPrecondition(CodeSpent, "This code was already used.");
        var voided = state.Open?.CodeHash ?? default;
        // Creating the same code again only extends it, so no other code becomes invalid.
        return new PersonEvent.EnrollmentCodeCreated(code.CodeHash, code.ExpiresAt, voided == code.CodeHash ? default : voided, code.DeviceUntil);
    }

    /// <summary>
    /// Uses a code. Records nothing if the same request used it less than <see cref="RetryWindow"/> ago: its response may have been lost,
    /// and <see cref="PersonState.Spent"/> has the device that it enrolled.
    /// </summary>
    /// <param name="state">The person.</param>
    /// <param name="code">The hash of the code.</param>
    /// <param name="requestId">The request, created by the device.</param>
    /// <param name="device">The id for the device.</param>
    /// <param name="now">The time.</param>
    /// <returns>Refused: <c>CODE_WRONG</c>, for any reason.</returns>
    public static Decision<PersonEvent> UseCode(PersonState state, SecretHash code, Guid requestId, EnrolledDeviceId device, Instant now)
    {
        if (state.Current is not { Value.Ended: false })
            return CodeWrong();
        if (state.Spent is { } spent && spent.CodeHash == code)
            return spent.RequestId == requestId && now - spent.At <= RetryWindow ? new Decision<PersonEvent>([]) : CodeWrong();
        return state.Open is { } open && open.CodeHash == code && now < open.ExpiresAt
            ? new PersonEvent.EnrollmentCodeUsed(code, requestId, device)
            : CodeWrong();
    }

    /// <inheritdoc cref="SettingsRules{T,TEvent}.Unknown"/>
    public static Refusal Unknown(PersonId id) => Settings.Unknown(id.Value);

    /// <summary>The refusal <c>CODE_WRONG</c>, the same for every reason, so that a guess reveals nothing.</summary>
    public static Refusal CodeWrong() =>
        Refusal.Unauthenticated("CODE_WRONG", "This code does not exist, or it was used, replaced or has expired. Ask for a new one.");

    private static Refusal? CheckNotEnded(Person person) =>
        person.Ended ? Refusal.FailedPrecondition("PERSON_ENDED", $"The access of person '{person.Id}' has ended and cannot be restored.") : null;

    private static Refusal? CheckAdministrators(Person current, Person changed, bool othersAdminister) =>
        current.IsAdministrator() && !changed.IsAdministrator() && !othersAdminister
            ? Refusal.FailedPrecondition(
                "LAST_ADMINISTRATOR", $"Person '{current.Id}' is the organization's last administrator. Add another administrator first.")
            : null;
}
