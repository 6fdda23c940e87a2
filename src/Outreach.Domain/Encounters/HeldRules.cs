using NodaTime;
using Outreach.Domain.Recording;
using Outreach.Domain.Sites;
using Outreach.Domain.Stock;

namespace Outreach.Domain.Encounters;

/// <summary>How a person settles a record that is held.</summary>
public static class HeldRules
{
    /// <summary>
    /// Whether a held record can be settled. In order: HELD_NOT_FOUND, REQUEST_ID_TAKEN, HELD_SETTLED, HELD_RELEASING.
    /// </summary>
    /// <returns>A refusal; no facts where the same request was decided before; null where it can.</returns>
    public static Decision<StockEvent>? CheckCanSettle(EncounterHistory history, ChangeRequest change)
    {
        if (history.Held is null)
            return NotFound();

        return (history.Settled ?? history.PendingHandOver) switch
        {
            EncounterEvent.HeldReleased released =>
                CheckRepeat(change, released.Release.RequestId, released.Content) ?? Refused("HELD_SETTLED", "was released before."),
            EncounterEvent.HeldDropped dropped =>
                CheckRepeat(change, dropped.RequestId, dropped.Content) ?? Refused("HELD_SETTLED", "was dropped before."),
            EncounterEvent.HandOverBegun begun =>
                CheckRepeat(change, begun.Release.RequestId, begun.Content)
                ?? Refused("HELD_RELEASING", $"is being released to site '{begun.Encounter.Site}': try again when that is settled."),
            _ => null,
        };

        Decision<StockEvent> Refused(string code, string what) => Refusal.FailedPrecondition(code, $"Record {history.Held.EncounterId} {what}");
    }

    /// <summary>HELD_NOT_FOUND.</summary>
    public static Refusal NotFound() => Refusal.NotFound("HELD_NOT_FOUND", "No record with this id is held at this site.");

    private static Decision<StockEvent>? CheckRepeat(ChangeRequest change, Guid request, ContentHash content) =>
        request != change.RequestId ? null
        : content == change.Content ? new Decision<StockEvent>([])
        : (Decision<StockEvent>)change.RequestIdTaken();

    /// <summary>
    /// Lets a held record count at the site that held it. In order: as <see cref="CheckCanSettle"/>, then STILL_HELD where
    /// something keeps what is to be recorded from counting.
    /// </summary>
    /// <param name="corrected">What to record, under the id and from the device of what was held.</param>
    /// <param name="clockCorrection">As <see cref="ClockCorrectionFor"/> tells.</param>
    public static Decision<StockEvent> Release(
        StockState state, EncounterHistory history, ChangeRequest change, IncomingEncounter corrected, ReferenceData referenceData, Duration clockCorrection, Instant now)
    {
        if (CheckCanSettle(history, change) is { } answer)
            return answer;

        var held = history.Held!;
        if (CheckCanRelease(corrected, referenceData, clockCorrection, now) is { } refusal)
            return refusal;

        var release = new Release(change.RequestId, corrected.Encounter.Site, change.Actor, change.Reason);
        return new Decision<StockEvent>(
        [
            new EncounterEvent.HeldReleased(change.Content, held, history.HeldAt, corrected.Encounter.Site, release),
            EncounterRules.Log(state, corrected, referenceData, clockCorrection, held.By, release),
        ]);
    }

    /// <summary>By how much the time of a held record is moved: as it arrived while it says the same; another time is a person's, and right.</summary>
    /// <param name="sent">What was held, read again.</param>
    /// <param name="released">What is to be recorded.</param>
    public static Duration ClockCorrectionFor(HeldRecord held, Encounter sent, Encounter released) =>
        released.DeviceTime == sent.DeviceTime ? held.ClockCorrection : Duration.Zero;

    /// <summary>STILL_HELD with every reason, where something keeps the record from counting; otherwise null.</summary>
    public static Refusal? CheckCanRelease(IncomingEncounter incoming, ReferenceData referenceData, Duration clockCorrection, Instant now)
    {
        var reasons = EncounterRules.FindHoldReasons(incoming, referenceData, clockCorrection, now);
        return reasons.Count == 0
            ? null
            : Refusal.FailedPrecondition("STILL_HELD", string.Join(" ", reasons.Select(reason => $"{reason.Field}: {reason.Description}")));
    }

    /// <summary>Begins to hand a held record over to another site. Refuses as <see cref="Release"/>.</summary>
    /// <param name="corrected">What to record; it names the other site.</param>
    /// <param name="there">What that site's rules must know.</param>
    /// <param name="clockCorrection">As <see cref="ClockCorrectionFor"/> tells.</param>
    /// <param name="here">The site that holds it; the default where it was sent to what can be no site.</param>
    public static Decision<StockEvent> BeginHandOver(
        EncounterHistory history, ChangeRequest change, IncomingEncounter corrected, ReferenceData there, Duration clockCorrection, SiteId here, Instant now)
    {
        if (CheckCanSettle(history, change) is { } answer)
            return answer;
        if (CheckCanRelease(corrected, there, clockCorrection, now) is { } refusal)
            return refusal;

        var release = new Release(change.RequestId, here, change.Actor, change.Reason);
        return new EncounterEvent.HandOverBegun(
            change.Content, history.Held!, history.HeldAt, corrected.Encounter, corrected.Content, release, clockCorrection);
    }

    /// <summary>Notes what became of a hand-over. One that was noted before, or is another, changes nothing.</summary>
    /// <param name="begun">The one that was carried out.</param>
    /// <param name="refusal">Why the other site could not record it; null where it did.</param>
    public static Decision<StockEvent> EndHandOver(EncounterHistory history, EncounterEvent.HandOverBegun begun, Refusal? refusal)
    {
        if (history.PendingHandOver is not { } standing || standing.Release.RequestId != begun.Release.RequestId)
            return new Decision<StockEvent>([]);
        if (refusal is not null)
            return new EncounterEvent.HandOverRefused(begun.Record, begun.HeldAt, begun.Encounter.Site, begun.Release, refusal.Message);
        return new EncounterEvent.HeldReleased(begun.Content, begun.Record, begun.HeldAt, begun.Encounter.Site, begun.Release);
    }

    /// <summary>Decides that a held record is not to be counted. Refuses as <see cref="CheckCanSettle"/>.</summary>
    public static Decision<StockEvent> Drop(EncounterHistory history, ChangeRequest change) =>
        CheckCanSettle(history, change)
        ?? new EncounterEvent.HeldDropped(
            change.RequestId, change.Content, history.Held!, history.HeldAt, change.Actor, change.Reason);
}
