using NodaTime;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Access;

/// <summary>What may happen to a person's part in an organization. The same request again adds nothing.</summary>
public static class PersonRules
{
    /// <summary>Why a code cannot be made again.</summary>
    public const string CodeSpent = "CODE_SPENT";

    /// <summary>How long the same request may come again with a code that it used, because the answer was lost.</summary>
    public static readonly Duration RetryWindow = Duration.FromMinutes(10);

    /// <summary>The shortest and the longest time that a code can be good for, both inclusive.</summary>
    public static readonly Duration MinCodeLifetime = Duration.FromMinutes(1), MaxCodeLifetime = Duration.FromDays(7);

    /// <summary>Adds the person. Nothing to record where the person was added like this before, or is like this now.</summary>
    /// <returns>Refused: <c>PERSON_EXISTS</c>, another person has the id.</returns>
    public static Decision<PersonEvent> Add(PersonState state, Person person)
    {
        if (state.Entry is not { } there)
            return new PersonEvent.PersonAdded(person);
        return person == there.Person || person == state.AddedAs
            ? new Decision<PersonEvent>([])
            // Whose the id is, and what of, is not said: it may be another organization's.
            : Refusal.AlreadyExists("PERSON_EXISTS", $"Person '{person.Id}' cannot be added: the id is taken.");
    }

    /// <summary>Changes what the person is called or may do. Nothing to record where it is like this already.</summary>
    /// <param name="state">The person.</param>
    /// <param name="wanted">The new values; values that the change is not about are ignored.</param>
    /// <param name="which">What the change is about.</param>
    /// <param name="seen">The version that the caller saw; null for whatever is current.</param>
    /// <param name="othersAdminister">Whether somebody else can let people in.</param>
    /// <returns>Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>PERSON_ENDED</c>; <c>ETAG_STALE</c>; <c>LAST_ADMINISTRATOR</c>.</returns>
    public static Decision<PersonEvent> Change(PersonState state, Person wanted, PersonFields which, long? seen, bool othersAdminister)
    {
        if (state.Entry is not { } there)
            return Unknown(wanted.Id);

        var changed = there.Person with
        {
            Label = which.HasFlag(PersonFields.Label) ? wanted.Label : there.Person.Label,
            Grants = which.HasFlag(PersonFields.Grants) ? wanted.Grants : there.Person.Grants,
        };
        if (changed == there.Person)
            return new Decision<PersonEvent>([]);
        if (there.Person.Ended)
            return HasEnded(wanted.Id);
        if (seen is not null && seen != there.Version)
            return Stale(wanted.Id, seen, there.Version);
        return there.Person.IsAdministrator() && !changed.IsAdministrator() && !othersAdminister
            ? LastAdministrator(wanted.Id)
            : new PersonEvent.PersonChanged(changed, there.AddedAt);
    }

    /// <summary>Ends the person's part. Nothing to record where it has ended.</summary>
    /// <param name="state">The person.</param>
    /// <param name="id">Which.</param>
    /// <param name="reason">Why, 1 to 500 characters.</param>
    /// <param name="seen">The version that the caller saw; null for whatever is current.</param>
    /// <param name="othersAdminister">Whether somebody else can let people in.</param>
    /// <returns>Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>ETAG_STALE</c>; <c>LAST_ADMINISTRATOR</c>.</returns>
    public static Decision<PersonEvent> End(PersonState state, PersonId id, string reason, long? seen, bool othersAdminister)
    {
        if (state.Entry is not { } there)
            return Unknown(id);
        if (there.Person.Ended)
            return new Decision<PersonEvent>([]);
        if (seen is not null && seen != there.Version)
            return Stale(id, seen, there.Version);
        if (there.Person.IsAdministrator() && !othersAdminister)
            return LastAdministrator(id);
        return new PersonEvent.PersonEnded(there.Person with { Ended = true }, there.AddedAt, reason, state.Open?.CodeHash ?? default);
    }

    /// <summary>Makes a code with which the person can enrol one device; an earlier one is void by it.</summary>
    /// <param name="state">The person.</param>
    /// <param name="id">Which.</param>
    /// <param name="code">The code. One for somebody whom another provider vouches for says until when the device may come in.</param>
    /// <returns>
    /// Refused, in this order: <c>PERSON_UNKNOWN</c>; <c>PERSON_ENDED</c>; <c>PERSON_ELSEWHERE</c>; <c>CODE_SPENT</c>, it is the last that
    /// was used.
    /// </returns>
    public static Decision<PersonEvent> MakeCode(PersonState state, PersonId id, OpenCode code)
    {
        if (state.Entry is not { } there)
            return Unknown(id);
        if (there.Person.Ended)
            return HasEnded(id);
        if (id.IsExternal() && code.DeviceUntil is null)
            return Refusal.FailedPrecondition("PERSON_ELSEWHERE", $"Another provider vouches for person '{id}', who comes in only through that.");
        if (state.Spent?.CodeHash == code.CodeHash)
            return Refusal.FailedPrecondition(CodeSpent, "This code was used.");
        var voided = state.Open?.CodeHash ?? default;
        // The same code again is good for longer.
        return new PersonEvent.CodeMade(code.CodeHash, code.ExpiresAt, voided == code.CodeHash ? default : voided, code.DeviceUntil);
    }

    /// <summary>
    /// Uses the code. Nothing to record where the same request used it a moment ago: its answer may be lost, and
    /// <see cref="PersonState.Spent"/> says which device it let in.
    /// </summary>
    /// <param name="state">The person.</param>
    /// <param name="mark">Of the code.</param>
    /// <param name="requestId">The request, made by the device.</param>
    /// <param name="device">What the device is to be called.</param>
    /// <param name="now">The time.</param>
    /// <returns>Refused: <c>CODE_WRONG</c>, whatever is wrong with it.</returns>
    public static Decision<PersonEvent> UseCode(PersonState state, SecretHash mark, Guid requestId, EnrolledDeviceId device, Instant now)
    {
        if (state.Entry is not { Person.Ended: false })
            return CodeWrong();
        if (state.Spent is { } spent && spent.CodeHash == mark)
            return spent.RequestId == requestId && now - spent.At <= RetryWindow ? new Decision<PersonEvent>([]) : CodeWrong();
        return state.Open is { } open && open.CodeHash == mark && now < open.ExpiresAt
            ? new PersonEvent.CodeUsed(mark, requestId, device)
            : CodeWrong();
    }

    /// <summary>The refusal <c>PERSON_UNKNOWN</c>.</summary>
    public static Refusal Unknown(PersonId id) => Refusal.NotFound("PERSON_UNKNOWN", $"There is no person '{id}'.");

    /// <summary>The refusal <c>CODE_WRONG</c>: the same for every reason, so that guesses learn nothing.</summary>
    public static Refusal CodeWrong() =>
        Refusal.Unauthenticated("CODE_WRONG", "There is no such code, or it was used, replaced or expired. Ask for a new one.");

    private static Refusal HasEnded(PersonId id) => Refusal.FailedPrecondition("PERSON_ENDED", $"The part of person '{id}' has ended; it cannot begin again.");

    private static Refusal Stale(PersonId id, long? seen, long version) =>
        Refusal.Stale("ETAG_STALE", $"Person '{id}' was seen with etag {seen}; that changed since, and the etag is {version}.");

    private static Refusal LastAdministrator(PersonId id) =>
        Refusal.FailedPrecondition("LAST_ADMINISTRATOR", $"Person '{id}' is the last administrator of the organization: nobody could let people in.");
}
